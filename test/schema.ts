/** A schema of docs/schema/ as a judge of what a command printed with -j. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export interface Line {
  readonly [member: string]: unknown;
  readonly type?: string;
  readonly reason?: string;
}

export interface Schema {
  readonly fits: ValidateFunction;
  /** One object. @throws Error with the line where it does not fit */
  readonly readLine: (line: string) => Line;
  /** All that was on stdout. @throws Error naming the line that is no object of the schema, or that the last one has no end */
  readonly readLines: (stdout: string) => Line[];
  /** Names of the kinds of line that there are. */
  readonly kinds: readonly string[];
}

/** `name` of docs/schema/NAME.json. Strict: a keyword that ajv does not know is an error, and is not passed over in silence. */
export function loadSchema(name: string): Schema {
  const schema = JSON.parse(readFileSync(new URL(`../docs/schema/${name}.json`, import.meta.url), 'utf8'));
  const fits = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema);
  const readLine = (line: string): Line => {
    const value: unknown = JSON.parse(line);
    if (!fits(value)) throw new Error(`${line}\n${JSON.stringify(fits.errors)}`);
    return value as Line;
  };
  return {
    fits,
    readLine,
    readLines: (stdout) => {
      if (!stdout.endsWith('\n')) throw new Error(`the last line has no end: ${stdout.slice(-200)}`);
      return stdout.slice(0, -1).split('\n').map(readLine);
    },
    kinds: (schema.oneOf as { readonly $ref: string }[]).map(({ $ref }) => $ref.split('/').at(-1)!),
  };
}
