/** How all commands write JSON: one object a line, in iputils' hand, and at its end the version of the form of all lines. */
import { SCHEMA_VERSION, type VersionedLine } from './lines.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** `T` where it is made of what JSON has; interfaces too, which no index signature would let pass. */
type Writable<T> = T extends null | undefined | boolean | number | string
  ? T
  : T extends (...parameters: never) => unknown
    ? never
    : T extends object
      ? { readonly [K in keyof T]: Writable<T[K]> }
      : never;

/** A line as it is printed, newline included. Members that are undefined are left out. */
export function formatLine<Line extends object>(line: Line & Writable<Line>): string {
  const versioned: Line & VersionedLine = { ...line, schema: SCHEMA_VERSION };
  return `${formatJson(versioned as Json)}\n`;
}

/** JSON with a blank behind each colon and comma, as iputils writes it. */
function formatJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(formatJson).join(', ')}]`;
  if (value === null || typeof value !== 'object') return escapeC1(JSON.stringify(value));
  const members = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return `{${members.map(([key, member]) => `"${key}": ${formatJson(member)}`).join(', ')}}`;
}

/** JSON allows U+007F to U+009F as they are, but a terminal takes them for commands. */
function escapeC1(json: string): string {
  return json.replace(/[\x7f-\x9f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}
