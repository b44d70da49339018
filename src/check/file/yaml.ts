/**
 * YAML to located values. The file may be hostile: its size, its nesting and what its aliases unfold to are bounded before
 * anything recursive sees it, and keys are compared here because the library's own comparison is quadratic.
 */
import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type ParsedNode,
  Parser,
  type Scalar,
} from 'yaml';
import type { Located, LocatedEntry } from './located.ts';
import { CheckFileError, type Mistake, refuse } from './mistake.ts';
import type { Source, Span } from './source.ts';

/** Open collections within each other; a check file needs 5. The parser's stack holds a little more than one item for each. */
const DEEPEST_STACK = 64;
/** Values in all, aliases unfolded. */
const MOST_VALUES = 200_000;
/** Characters of one key or value. */
const LONGEST_SCALAR = 10_000;
const FORBIDDEN_CHARACTER = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** The one document of `source`. @throws CheckFileError */
export function readYaml(source: Source): Located {
  const character = FORBIDDEN_CHARACTER.exec(source.text);
  if (character !== null) {
    const code = character[0].charCodeAt(0).toString(16).padStart(4, '0');
    refuse(source, { start: character.index, end: character.index + 1 }, `character U+${code} is not allowed in YAML`);
  }
  const document = composeDocument(source);
  const mistakes = [...document.errors, ...document.warnings].map(({ message, pos: [start, end] }): Mistake => {
    return { source, span: { start, end }, message, hint: hintFor(source.text, start) };
  });
  if (mistakes.length > 0) throw new CheckFileError(mistakes);
  if (document.contents === null)
    refuse(source, { start: 0, end: 0 }, 'the file is empty', 'it needs `version: 1` and `checks:`');
  return new NodeReader(source).read(document.contents);
}

function composeDocument(source: Source): Document.Parsed {
  const parser = new Parser();
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, logLevel: 'silent', merge: false });
  let first: Document.Parsed | null = null;
  const take = (documents: Iterable<Document.Parsed>) => {
    for (const document of documents) {
      if (first !== null) {
        const start = document.range[0];
        refuse(
          source,
          { start, end: start },
          'a second document begins here',
          'a check file is one document: take the `---` out',
        );
      }
      first = document;
    }
  };
  for (const lexeme of new Lexer().lex(source.text)) {
    for (const token of parser.next(lexeme)) take(composer.next(token));
    if (parser.stack.length > DEEPEST_STACK) {
      refuse(source, { start: parser.offset - 1, end: parser.offset }, 'nested too deeply');
    }
  }
  for (const token of parser.end()) take(composer.next(token));
  take(composer.end(true, source.text.length));
  return first!;
}

/** `{ ping: ${HOST} }` reads like a variable and is a map to YAML. */
function hintFor(text: string, offset: number): string | undefined {
  const near = text.slice(Math.max(0, offset - 3), offset + 2);
  return near.includes('${') ? `within { } and [ ] a variable needs quotes: '\${NAME}'` : undefined;
}

class NodeReader {
  readonly #source: Source;
  /** What each anchor stands for, from its node on; null while that node is being read. */
  readonly #anchors = new Map<string, ParsedNode>();
  readonly #open = new Set<ParsedNode>();
  #values = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  read(node: ParsedNode | null, span: Span = { start: 0, end: 0 }): Located {
    if (node === null) return this.#scalar(null, span);
    if (isAlias(node)) return this.#alias(node);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    return this.#content(node);
  }

  #content(node: Exclude<ParsedNode, Alias.Parsed>): Located {
    const source = this.#source;
    const span = spanOf(node);
    if (++this.#values > MOST_VALUES) refuse(source, span, `more than ${MOST_VALUES} values`);
    if (isScalar(node)) return this.#scalar(node.value, span, node.type === 'PLAIN');
    this.#open.add(node);
    try {
      if (isSeq(node)) {
        return { kind: 'list', source, span, items: node.items.map((item) => this.read(item as ParsedNode, span)) };
      }
      return { kind: 'map', source, span, entries: this.#entries(node) };
    } finally {
      this.#open.delete(node);
    }
  }

  #entries(node: Extract<ParsedNode, { items: unknown }>): Map<string, LocatedEntry> {
    const entries = new Map<string, LocatedEntry>();
    if (!isMap(node)) return entries;
    for (const { key, value } of node.items as readonly { key: ParsedNode; value: ParsedNode | null }[]) {
      const keySpan = spanOf(key);
      if (!isScalar(key)) refuse(this.#source, keySpan, 'a key must be a plain text');
      const text = this.#keyText(key, keySpan);
      const earlier = entries.get(text);
      if (earlier !== undefined) {
        const { line } = this.#source.placeOf(earlier.keySpan.start);
        refuse(this.#source, keySpan, `'${text}' is here twice`, `the first one is in line ${line}`);
      }
      if (text === '<<')
        refuse(this.#source, keySpan, 'merge keys (<<) are not taken', 'use `defaults:` for what checks share');
      entries.set(text, { key: text, keySpan, value: this.read(value, keySpan) });
    }
    return entries;
  }

  /** As it is written: `007` is a name and no number. */
  #keyText(key: Scalar.Parsed, span: Span): string {
    const { value } = this.#scalar(key.value, span);
    return key.type === 'PLAIN' ? (key.source ?? String(value)) : String(value);
  }

  /** An alias is read anew each time it is met, so that what it unfolds to is counted. */
  #alias(alias: Alias.Parsed): Located {
    const span = spanOf(alias);
    const node = this.#anchors.get(alias.source);
    if (node === undefined) refuse(this.#source, span, `no anchor &${alias.source} before this alias`);
    if (this.#open.has(node)) refuse(this.#source, span, `the alias *${alias.source} holds itself`);
    return this.#content(node as Exclude<ParsedNode, Alias.Parsed>);
  }

  #scalar(value: unknown, span: Span, isPlain = false): Extract<Located, { kind: 'scalar' }> {
    const source = this.#source;
    if (value !== null && !['string', 'number', 'boolean'].includes(typeof value)) {
      refuse(source, span, 'this kind of value has no use here', 'write a text, a number, true or false');
    }
    if (typeof value === 'string' && value.length > LONGEST_SCALAR) {
      refuse(source, span, `a text of more than ${LONGEST_SCALAR} characters`);
    }
    // By an escape as "\ud800" only: UTF-8 has none, so no report could tell two such names apart.
    if (typeof value === 'string' && /\p{Surrogate}/u.test(value))
      refuse(source, span, 'half a surrogate pair is no character');
    return { kind: 'scalar', source, span, value: value as string | number | boolean | null, isPlain };
  }
}

function spanOf(node: ParsedNode): Span {
  const [start, end] = node.range;
  return { start, end };
}
