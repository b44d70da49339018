/** `sonde check` as a command: reads the file, runs the checks, writes the reports, and answers the exit status. */

import { appendFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { giveUpPrivileges, loadAddon, nameAddon } from '../cli/addon.ts';
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { UsageError } from '../cli/errors.ts';
import { fileReason } from '../cli/file-errors.ts';
import { VERSION } from '../cli/version.ts';
import { CAP_DAC_OVERRIDE, CAP_NET_RAW } from '../net/constants.ts';
import type { SignalInbox } from '../net/signals.ts';
import type { Check } from './check.ts';
import { openShow } from './open-show.ts';
import { CHECK_OPTIONS, type CheckOptions, parseCheck } from './options.ts';
import { type Output, openOutputs } from './outputs.ts';
import type { ReporterName } from './report/names.ts';
import { ReportFile } from './report/report-file.ts';
import { formatReport } from './report/reporters.ts';
import { withinWorkspace } from './report/workspace.ts';
import { countResults, EXIT, exitStatusOf, type Report } from './result.ts';
import { selectChecks } from './select.ts';
import type { Show } from './show.ts';
import { CHECK_USAGE } from './usage.ts';

/** Exit status: EXIT in result.ts. */
export async function runCheck(argv: readonly string[], io: CommandIo): Promise<number> {
  const command: Command<CheckOptions> = {
    usage: CHECK_USAGE,
    options: CHECK_OPTIONS,
    usageStatus: EXIT.USAGE,
    versionFacts: async () => ({ backend: await nameAddon(), node: process.version }),
    run: (options, console) => check(options, io, console),
  };
  return runCommand(command, parseCheck(argv, io.env['POSIXLY_CORRECT'] !== undefined), io);
}

async function check(options: CheckOptions, io: CommandIo, console: Console): Promise<number> {
  const checks = await loadFile(options, io, console);
  if (checks === null) return EXIT.USAGE;
  if (options.validate) {
    console.tell(`${options.file}: ${checks.length} ${checks.length === 1 ? 'check' : 'checks'}, nothing wrong\n`);
    return EXIT.PASSED;
  }
  const selected = selectChecks(checks, options);
  if (typeof selected === 'string') throw new UsageError(selected, EXIT.USAGE);
  const files = [options.file, ...checks.map(({ place }) => place.file)];
  const outputs = openOutputs(options.reporters, [...new Set(files)]);
  // From here to the last report, so that an impatient second Ctrl-C takes none of them away.
  const signals = io.signals.take(['SIGINT', 'SIGTERM', 'SIGHUP']);
  const discard = () => {
    for (const { file } of outputs) file.discard();
  };
  io.whenStdoutFails?.({
    // Reports are written all the same: `| head` takes no JUnit file away.
    outlivesReader: outputs.length > 0 || stepSummaryOf(options, io) !== null,
    status: (status) => (status === EXIT.FAILED ? status : EXIT.USAGE),
  });
  // Whatever ends the process where it stands.
  process.on('exit', discard);
  try {
    giveUpPrivileges(loadAddon(), neededCapabilities(selected, outputs));
    const show = await openShow(options, io, selected.length);
    const report = await runAll(selected, options, show, signals);
    show.end(report);
    const isWritten = await writeReports(report, options, outputs, io);
    const status = exitStatusOf(countResults(report.results), options.failOnUnknown);
    return isWritten || status === EXIT.FAILED ? status : EXIT.USAGE;
  } finally {
    signals.close();
    process.off('exit', discard);
    discard();
  }
}

/** Null when something is wrong with the file, which has been said. */
async function loadFile(options: CheckOptions, io: CommandIo, console: Console): Promise<readonly Check[] | null> {
  const { loadChecks, UnreadableFile } = await import('./file/load.ts');
  const { CheckFileError, formatMistakes, formatPlace } = await import('./file/mistake.ts');
  const { VOCABULARIES } = await import('./vocabularies.ts');
  // The environment is an object: `toString` is no variable of it.
  const lookUp = (name: string) =>
    options.variables.get(name) ?? (Object.hasOwn(io.env, name) ? io.env[name] : undefined);
  try {
    return loadChecks(options.file, { lookUp, vocabularies: VOCABULARIES });
  } catch (error) {
    if (error instanceof UnreadableFile) throw new UsageError(error.message, EXIT.USAGE);
    if (!(error instanceof CheckFileError)) throw error;
    if (options.json) {
      for (const { source, span, message } of error.mistakes) {
        console.fail(`${formatPlace(source.placeOf(span.start))}: ${message}`);
      }
    } else {
      io.stderr(formatMistakes(error.mistakes));
    }
    return null;
  }
}

/** The file that GitHub shows as the summary of a step; null where none is wanted. */
function stepSummaryOf({ reporters }: CheckOptions, { env }: CommandIo): string | null {
  return reporters.some(({ name }) => name === 'github') ? env['GITHUB_STEP_SUMMARY'] || null : null;
}

/**
 * Sockets are opened as checks begin, some of them after others have read the network: what opening them takes is kept, and
 * nothing else. A report in somebody else's folder must be put in its place at the end.
 */
function neededCapabilities(checks: readonly Check[], outputs: readonly Output[]): number {
  const opensRawSockets = checks.some(({ kind }) => !['tcp', 'dns'].includes(kind));
  const overrides = outputs.some(({ file }) => ReportFile.needsOverride(file.path));
  return (opensRawSockets ? 1 << CAP_NET_RAW : 0) | (overrides ? 1 << CAP_DAC_OVERRIDE : 0);
}

async function runAll(
  checks: readonly Check[],
  options: CheckOptions,
  show: Show,
  signals: SignalInbox,
): Promise<Report> {
  const { runChecks } = await import('./schedule/runner.ts');
  const { probeCheck } = await import('./probe/probe.ts');
  const abort = new AbortController();
  signals.listen(() => abort.abort());
  const startedAtMs = Date.now();
  const startMs = performance.now();
  const { jobs, rate, retries, deadlineMs, file, failOnUnknown } = options;
  const { results, reason } = await runChecks(checks, {
    probe: probeCheck,
    clock: PROCESS_CLOCK,
    jobs,
    startsPerSecond: rate,
    retries,
    deadlineMs,
    signal: abort.signal,
    onBegin: ({ name }) => show.begin(name),
    onResult: (index, result) => show.result(index, result),
  });
  const elapsedMs = performance.now() - startMs;
  const startedAtIso = new Date(startedAtMs).toISOString();
  const host = hostname();
  return { file, version: VERSION, host, startedAtMs, startedAtIso, elapsedMs, reason, failOnUnknown, results };
}

const PROCESS_CLOCK = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after: (ms: number, callback: () => void) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Each report is tried, whatever becomes of the others. Answers whether all were written. */
async function writeReports(
  report: Report,
  options: CheckOptions,
  outputs: readonly Output[],
  io: CommandIo,
): Promise<boolean> {
  let isWhole = true;
  const workspace = io.env['GITHUB_WORKSPACE'] || null;
  const reportFor = (name: ReporterName) =>
    name === 'github' && workspace !== null ? withinWorkspace(report, workspace) : report;
  const attempt = (path: string, write: () => void) => {
    try {
      write();
    } catch (error) {
      isWhole = false;
      io.complain(`cannot write ${path}: ${fileReason(error)}`);
    }
  };
  for (const { name, file } of options.reporters) {
    if (file === null && name !== 'pretty' && name !== 'json') io.stdout(await formatReport(name, reportFor(name)));
  }
  for (const { choice, file } of outputs) {
    const text = await formatReport(choice.name, reportFor(choice.name));
    attempt(choice.file!, () => file.write(text));
  }
  const summary = stepSummaryOf(options, io);
  if (summary !== null) {
    const { formatStepSummary } = await import('./report/github-text.ts');
    attempt(summary, () => appendFileSync(summary, formatStepSummary(report)));
  }
  return isWhole;
}
