/** The schemas of the modes beyond iputils as checks. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

export interface Line {
  readonly [member: string]: unknown;
}

/** The lines of an output of `tracepath --flows -j` or `--report -j`. @throws Error naming the one that does not fit */
export function readLines(mode: 'flows' | 'report', stdout: string): Line[] {
  const fits = checks[mode];
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

/** Strict: a keyword that ajv does not know is an error, so that nothing the schema demands is passed over in silence. */
function compile(mode: string) {
  const file = new URL(`../../../docs/schema/tracepath-${mode}.json`, import.meta.url);
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
  return ajv.compile(JSON.parse(readFileSync(file, 'utf8')));
}

const checks = { flows: compile('flows'), report: compile('report') };
