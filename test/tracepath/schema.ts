/** docs/schema/tracepath.json as a check. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const SCHEMA = JSON.parse(readFileSync(new URL('../../docs/schema/tracepath.json', import.meta.url), 'utf8'));
/** Strict: a keyword that ajv does not know is an error, so that nothing the schema demands is passed over in silence. */
const fits = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(SCHEMA);

export interface Line {
  readonly [member: string]: unknown;
}

/** The lines of an output of tracepath -j. @throws Error naming the one that is no object of the schema */
export function readLines(stdout: string): Line[] {
  if (!stdout.endsWith('\n')) throw new Error(`the last line has no end: ${stdout}`);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const value: unknown = JSON.parse(line);
      if (!fits(value)) throw new Error(`${line}\n${JSON.stringify(fits.errors)}`);
      return value as Line;
    });
}
