/** Text for XML 1.0 and HTML. */
import { oneLine } from '../one-line.ts';

/** Not allowed in XML 1.0 whatever way they are written: section 2.2, Char. The second half: surrogates without their partner. */
const ILLEGAL =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** Allowed, but a reader's terminal may trip over them. */
const RESTRICTED = /[\x7f-\x9f]/g;

/** For the content of an element, and for a value in double quotes. Illegal characters are shown as `\u001b`. */
export function escapeXml(text: string): string {
  return text
    .replace(ILLEGAL, showCode)
    .replace(RESTRICTED, showCode)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** The same on one line: a text out of the file or from the network. */
export function escapeLine(text: string): string {
  return escapeXml(oneLine(text));
}

function showCode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
