/** What the tests of `sonde check` share: check files in a folder of their own, and made-up results. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Check, PingCheck } from '../../src/check/check.ts';
import { loadChecks, UnreadableFile } from '../../src/check/file/load.ts';
import { CheckFileError, formatMistakes } from '../../src/check/file/mistake.ts';
import type { Measured } from '../../src/check/measurement.ts';
import { VOCABULARIES } from '../../src/check/vocabularies.ts';

/** The file of issue 8, word for word. */
export const EXAMPLE = `version: 1
defaults: { count: 10, interval: 100ms, timeout: 2s, method: auto }
checks:
  gateway:     { ping: 10.0.0.1, assert: ['loss == 0%', 'p95 < 5ms', 'jitter.rfc3550 < 2ms'] }
  vpn mtu:     { path: 10.8.0.1, assert: ['pmtu >= 1420', 'hops <= 6'] }
  clock:       { clock: db1, assert: ['abs(offset) < 5ms'] }
  one owner:   { arp: 10.0.0.7, interface: eth0, assert: ['macs == 1'] }
  router:      { routers: eth0, assert: ['count >= 1'] }
  dmz closed:  { ping: 10.9.0.1, expect: unreachable }
  api port:    { tcp: api.internal:443, assert: ['connect < 100ms'] }
  names:       { dns: api.internal, assert: ['addresses >= 1'] }
`;

/** Files below a temporary folder, which is the working directory as far as names in messages go. */
export class CheckFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'sonde-check-'));

  write(name: string, text: string | Uint8Array): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** The checks of a file, or what is wrong with it as a user reads it, without the folder's name. */
  load(name: string, variables: Readonly<Record<string, string>> = {}): readonly Check[] | string {
    try {
      return loadChecks(join(this.path, name), { lookUp: (key) => variables[key], vocabularies: VOCABULARIES });
    } catch (error) {
      if (error instanceof CheckFileError) return formatMistakes(error.mistakes).replaceAll(`${this.path}/`, '');
      if (error instanceof UnreadableFile) return error.message.replaceAll(`${this.path}/`, '');
      throw error;
    }
  }

  /** What is wrong with a file of this text. @throws Error when nothing is */
  complaint(text: string | Uint8Array, variables: Readonly<Record<string, string>> = {}): string {
    this.write('sonde.yaml', text);
    const loaded = this.load('sonde.yaml', variables);
    if (typeof loaded !== 'string') throw new Error(`nothing is wrong with ${loaded.length} checks`);
    return loaded;
  }

  /** @throws Error with what is wrong */
  checks(text: string, variables: Readonly<Record<string, string>> = {}): readonly Check[] {
    this.write('sonde.yaml', text);
    const loaded = this.load('sonde.yaml', variables);
    if (typeof loaded === 'string') throw new Error(loaded);
    return loaded;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A ping check as a file would make it. */
export function madeUpCheck(changes: Partial<PingCheck> = {}): PingCheck {
  return {
    kind: 'ping',
    name: 'gateway',
    target: '10.0.0.1',
    place: { file: 'sonde.yaml', line: 4, column: 3 },
    assertions: [],
    expect: 'reachable',
    tags: [],
    retries: null,
    backoffMs: 1000,
    timeoutMs: 2000,
    deadlineMs: null,
    count: 5,
    intervalMs: 200,
    family: null,
    device: null,
    size: null,
    ttl: null,
    method: 'auto',
    port: null,
    ...changes,
  };
}

/** What a probe of a host that answers brings. */
export function madeUpMeasured(changes: Partial<Measured> = {}): Measured {
  return {
    outcome: 'measured',
    presence: 'answers',
    verdicts: [],
    facts: [],
    roundTripsMs: [1, 2, 3],
    hops: [],
    remark: null,
    address: null,
    method: 'icmp',
    ...changes,
  };
}
