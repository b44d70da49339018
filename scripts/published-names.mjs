/**
 * What times are called outside the engines, in declarations as src/library/published.ts does it with values: `roundTripNs` is
 * `roundTripMs` there, and `wallNs` is `timestampMs`.
 */
const TIME = /\b(\w*[a-z\d])(?:Ns|Us)\b/g;
const MOMENT = /(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*)?readonly wallNs: number;/g;
const TIMESTAMP = '/** Unix time, as `Date.now()` has it, with a fraction. */\n    readonly timestampMs: number;';

/** How the library calls a member of an engine's event. */
export const publishedName = (name) => (name === 'wallNs' ? 'timestampMs' : name.replace(TIME, '$1Ms'));

/**
 * The declarations of a module as programs see them. A mapped type that renames has no comments in an editor, since what it makes
 * is declared nowhere; so the members are declared here by the names that programs know, and there is nothing left to map.
 */
export function publishDeclarations(path, text) {
  if (path === 'library/published.d.ts') return PUBLISHED;
  return text.replaceAll(MOMENT, TIMESTAMP).replaceAll('wallNs', 'timestampMs').replaceAll(TIME, '$1Ms');
}

const PUBLISHED = `/** \`T\` with its times in milliseconds, which is how they are declared here. */
export type Published<T> = T;
`;
