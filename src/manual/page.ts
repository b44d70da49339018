/** A manual page in mdoc(7), out of a command's usage, its option table and its prose. */
import { OPTION_GROUPS, type OptionSpec } from '../cli/getopt.ts';
import type { Manual } from '../cli/manual-page.ts';
import { type CommandFacts, manualPageOf, type UsageFacts } from '../cli/usage.ts';
import type { Vocabulary, Word } from '../conditions/vocabulary.ts';
import { escapeText, escapeWord, formatParagraph, formatSynopsis } from './mdoc.ts';
import { CONDITIONS, JSON_LINES, STATISTICS } from './shared-prose.ts';

/** What a page's head and foot show. */
export interface Edition {
  readonly version: string;
  /** `November 22, 2026`: of the last change of the texts, so that a page is the same whenever it is made. */
  readonly date: string;
}

export function formatPage({ usage, options }: CommandFacts, manual: Manual<string>, edition: Edition): string {
  const lines = [
    '.\\" Made by `npm run man` from the option table and src/*/manual.ts: change it there.',
    `.Dd ${edition.date}`,
    `.Dt ${manualPageOf(usage).toUpperCase()} 8`,
    `.Os sonde ${edition.version}`,
    ...formatName(usage),
    ...formatUsage(usage),
    '.Sh DESCRIPTION',
    ...formatParagraphs(manual.description),
    ...formatOperands(usage),
    ...formatOptions(options, manual),
    ...sharedSections(options, manual),
    ...manual.sections.flatMap(({ title, paragraphs }) => [`.Sh ${title}`, ...formatParagraphs(paragraphs)]),
    ...formatDifferences(manual.differences),
    '.Sh EXIT STATUS',
    ...formatExitStatuses(usage),
    '.Sh EXAMPLES',
    ...usage.examples.flatMap(formatExample),
    '.Sh SEE ALSO',
    ...formatReferences(manual.seeAlso),
  ];
  return `${lines.join('\n')}\n`;
}

function formatName(usage: UsageFacts): string[] {
  const names = [manualPageOf(usage), ...(usage.alsoCalled ?? [])];
  return [
    '.Sh NAME',
    ...names.map((name, index) => `.Nm ${escapeWord(name)}${index < names.length - 1 ? ' ,' : ''}`),
    `.Nd ${escapeText(usage.summary)}`,
  ];
}

/** A command of sonde is sonde's name and a word behind it. */
function formatUsage({ command, synopsis }: UsageFacts): string[] {
  const [name, ...words] = command.split(' ');
  return ['.Sh SYNOPSIS', `.Nm ${name}`, ...words.map((word) => `.Cm ${word}`), formatSynopsis(synopsis)];
}

function formatParagraphs(paragraphs: readonly string[]): string[] {
  return paragraphs.flatMap((text, index) => [...(index === 0 ? [] : ['.Pp']), ...formatParagraph(text)]);
}

/** What the synopsis does not name is typed as it stands: the commands of `sonde`. */
function formatOperands({ operands, synopsis }: UsageFacts): string[] {
  if (operands.length === 0) return [];
  const names = operands.map(([name]) => name.replace(/^<|>$/g, ''));
  const macros = names.map((name) => (synopsis.includes(name) ? 'Ar' : 'Cm'));
  const items = operands.flatMap(([, help], index) => [
    `.It ${macros[index]} ${escapeWord(names[index]!)}`,
    ...formatParagraph(asSentence(help)),
  ]);
  return ['.Pp', macros.includes('Ar') ? 'Operands:' : 'Commands:', '.Bl -tag -width Ds', ...items, '.El'];
}

function formatOptions(options: readonly OptionSpec[], manual: Manual<string>): string[] {
  const groups = OPTION_GROUPS.filter((name) => options.some(({ group }) => group === name));
  return [
    '.Sh OPTIONS',
    ...groups.flatMap((name) => [
      `.Ss ${name}`,
      '.Bl -tag -width Ds',
      ...options.filter(({ group }) => group === name).flatMap((spec) => formatOption(spec, manual.options[spec.long])),
      '.El',
    ]),
  ];
}

function formatOption(spec: OptionSpec, prose: string | undefined): string[] {
  const { short, alsoShort, long, argument, help } = spec;
  const behind = argument === undefined ? '' : ` Ar ${escapeWord(argument)}`;
  const letters = [short, alsoShort].filter((letter) => letter !== undefined);
  const names = [...letters.map((letter) => `Fl ${escapeWord(letter)}${behind}`), `Fl \\-${escapeWord(long)}${behind}`];
  return [`.It ${names.join(' , ')}`, ...formatParagraph(prose ?? asSentence(help))];
}

/** `stop after <count> replies` -> `Stop after count replies.` */
function asSentence(help: string): string {
  const plain = help.replace(/<([\w-]+)>/g, '$1');
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}.`;
}

/** What several commands have alike is told on each of their pages, unless a page has a section of its own about it. */
function sharedSections(options: readonly OptionSpec[], { sections, words = [] }: Manual<string>): string[] {
  const has = (name: string) => options.some(({ long }) => long === name);
  const shared: readonly (readonly [title: string, applies: boolean, lines: readonly string[]])[] = [
    ['CONDITIONS', has('fail-if'), [...formatParagraphs(CONDITIONS), ...words.flatMap(formatWords)]],
    ['STATISTICS', has('fail-if') && has('stats'), formatParagraphs(STATISTICS)],
    ['JSON', has('json'), formatParagraphs(JSON_LINES)],
  ];
  return shared
    .filter(([title, applies]) => applies && !sections.some((own) => own.title === title))
    .flatMap(([title, , lines]) => [`.Sh ${title}`, ...lines]);
}

function formatWords([introduction, words]: readonly [string, Vocabulary]): string[] {
  const items = Object.entries(words).flatMap(([name, word]) => [
    `.It Cm ${escapeWord(name)}`,
    ...formatParagraph(`${asSentence(word.help)}${describeUse(word)}`),
  ]);
  return ['.Pp', ...formatParagraph(introduction), '.Pp', '.Bl -tag -width jitter.rfc3550 -compact', ...items, '.El'];
}

/** What may stand behind the word in a condition. */
function describeUse({ inARow, windowed }: Word): string {
  const forms = [...(inARow === true ? ['`in a row`'] : []), ...(windowed === true ? ['`in last`'] : [])];
  return forms.length === 0 ? '' : ` May be followed by ${forms.join(' or ')}.`;
}

function formatDifferences(differences: readonly string[]): string[] {
  if (differences.length === 0) return [];
  return [
    '.Sh DIFFERENCES FROM IPUTILS',
    '.Bl -bullet',
    ...differences.flatMap((text) => ['.It', ...formatParagraph(text)]),
    '.El',
    '.Pp',
    ...formatParagraph('All of them, each with its reason, are in docs/differences.md of the package.'),
  ];
}

function formatExitStatuses({ exitStatuses }: UsageFacts): string[] {
  const items = exitStatuses.flatMap(([status, meaning]) => [
    `.It ${escapeWord(status)}`,
    ...formatParagraph(asSentence(meaning)),
  ]);
  return ['.Bl -tag -width Ds', ...items, '.El'];
}

function formatExample([line, what]: readonly [string, string], index: number): string[] {
  const sentence = what.endsWith('?') ? what.charAt(0).toUpperCase() + what.slice(1) : asSentence(what);
  return [
    ...(index === 0 ? [] : ['.Pp']),
    ...formatParagraph(sentence),
    `.Dl ${escapeWord(line).replace(/^"|"$/g, '')}`,
  ];
}

/** By section, then by name, with commas between: as mandoc(1) -T lint wants them. */
function formatReferences(names: readonly string[]): string[] {
  const pages = names
    .map((name) => /^(.*)\(([1-9])\)$/.exec(name)!)
    .map(([, name, section]) => ({ name: name!, section: section! }))
    .sort((a, b) => a.section.localeCompare(b.section) || a.name.localeCompare(b.name));
  return pages.map(({ name, section }, index) => `.Xr ${name} ${section}${index < pages.length - 1 ? ' ,' : ''}`);
}
