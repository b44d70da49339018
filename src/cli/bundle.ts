/** One command's bundle as another one finds it: `sonde ping`, `sonde record … ping`. Nothing of it is loaded before. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CommandFacts } from './usage.ts';
import type { Recorder, Views } from './view.ts';

export interface CommandBundle {
  /** Runs the command as the process, with the arguments of `process.argv`. */
  main(commandName: string, recorder?: Recorder): unknown;
  /** What help and completion are made from. */
  readonly facts?: CommandFacts;
  /** Of commands that can be recorded. */
  readonly views?: Views;
}

/** Commands whose runs can be recorded, and how each is named in its own messages. */
export const RECORDABLE: Readonly<Record<string, string>> = {
  ping: 'ping',
  tracepath: 'tracepath',
  arping: 'arping',
  clockdiff: 'clockdiff',
  rdisc: 'rdisc',
  sweep: 'sonde sweep',
};

/** The folder of the bundles is that of the one that runs. */
export function hasBundle(name: string): boolean {
  return existsSync(pathOf(name));
}

/** @throws Error where there is none: ask hasBundle first */
export function loadBundle(name: string): CommandBundle {
  return createRequire(pathOf(name))(pathOf(name)) as CommandBundle;
}

function pathOf(name: string): string {
  return `${import.meta.dirname}/${name}.cjs`;
}
