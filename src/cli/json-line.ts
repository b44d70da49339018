/** How all commands write JSON: one object a line, in iputils' hand. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON with a blank behind each colon and comma, as iputils writes it; members that are undefined are left out. */
export function formatJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(formatJson).join(', ')}]`;
  if (value === null || typeof value !== 'object') return escapeC1(JSON.stringify(value));
  const members = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return `{${members.map(([key, member]) => `"${key}": ${formatJson(member)}`).join(', ')}}`;
}

/** JSON allows U+007F to U+009F as they are, but a terminal takes them for commands. */
function escapeC1(json: string): string {
  return json.replace(/[\x7f-\x9f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

/** An object for something that ended the run before it began, or went wrong on the way: `{"error": "…"}`. */
export function formatJsonError(message: string): string {
  return `${formatJson({ error: message, type: 'error' })}\n`;
}
