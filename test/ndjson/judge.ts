/** What -j promises of any run, whatever happens to it, as a judge of what was said. */
import type { RunResult } from '../lab/run.ts';
import { type Line, loadSchema, type Schema } from '../schema.ts';

/** What ends a stream: how a run came to its end, why it did not begin, or what was asked for in place of one. */
const LAST_KINDS = ['summary', 'error', 'text', 'version', 'daemon'];

const schemas = new Map<string, Schema>();

function schemaOf(name: string): Schema {
  const schema = schemas.get(name) ?? loadSchema(name);
  schemas.set(name, schema);
  return schema;
}

/**
 * The lines of a run of `command -j`, judged: each fits docs/schema/`schema`.json; the last one says why the run ended; stderr agrees
 * with them. `command` is the name that begins its diagnostics.
 * @throws Error that says what is broken
 */
export function judge(schema: string, command: string, run: Pick<RunResult, 'stdout' | 'stderr'>): Line[] {
  const lines = schemaOf(schema).readLines(run.stdout);
  const last = lines.at(-1)!;
  if (!LAST_KINDS.includes(last.type ?? 'version')) throw new Error(`no end: ${JSON.stringify(last)}`);
  if (last.type === 'summary' && typeof last.reason !== 'string') throw new Error(`no reason: ${JSON.stringify(last)}`);
  judgeOrder(lines);
  judgeDiagnostics(command, lines, run.stderr);
  return lines;
}

/** Nothing comes behind a summary or an error. */
function judgeOrder(lines: readonly Line[]): void {
  const early = lines.slice(0, -1).find(({ type }) => type === 'summary' || type === 'error');
  if (early !== undefined) throw new Error(`something comes behind ${JSON.stringify(early)}`);
}

/** What goes wrong is told twice, on stdout and on stderr; besides, stderr has the usage at most. */
function judgeDiagnostics(command: string, lines: readonly Line[], stderr: string): void {
  let rest = stderr;
  for (const { type, ...line } of lines) {
    if (type !== 'error' && type !== 'warning') continue;
    const message = String(line[type]);
    const said = [`${command}: ${message}\n`, `${message}\n`].find((words) => rest.startsWith(words));
    if (said !== undefined) rest = rest.slice(said.length);
    else if (!message.startsWith('usage: ')) throw new Error(`not on stderr: ${message}\n--- stderr\n${stderr}`);
  }
  if (rest !== '' && !rest.startsWith('\nUsage\n')) throw new Error(`on stderr only: ${rest}`);
}
