/** docs/schema/sweep.json as a judge of lines. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const SCHEMA = JSON.parse(readFileSync(new URL('../../docs/schema/sweep.json', import.meta.url), 'utf8'));
/** Strict: a keyword that ajv does not know is an error, so that nothing the schema demands is passed over in silence. */
const fits = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(SCHEMA);

export type Line = Readonly<Record<string, unknown>>;

/** The objects of a -j run. @throws Error naming the line that is no object of the schema */
export function readLines(stdout: string): Line[] {
  if (!stdout.endsWith('\n')) throw new Error(`the last line has no end: ${stdout.slice(-200)}`);
  return stdout.slice(0, -1).split('\n').map(readLine);
}

export function readLine(line: string): Line {
  const value: unknown = JSON.parse(line);
  if (!fits(value)) throw new Error(`${line}\n${JSON.stringify(fits.errors)}`);
  return value as Line;
}

/** Names of the kinds of line that the schema has. */
export const KINDS: readonly string[] = SCHEMA.oneOf.map(({ $ref }: { $ref: string }) => $ref.split('/').at(-1));
