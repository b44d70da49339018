/** `sonde doctor`: looks, judges, tells. */
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import { writePieces } from '../cli/pieces.ts';
import { describeTerminal } from '../cli/terminal.ts';
import type { DoctorEvent, SummaryEvent } from './events.ts';
import type { Facts } from './facts.ts';
import { type Finding, judge, type Status } from './findings.ts';
import { renderJson } from './json.ts';
import { DOCTOR_OPTIONS, DOCTOR_USAGE, type DoctorOptions, EXIT, parseDoctor } from './options.ts';
import { DoctorText } from './text.ts';

/** Exit status: 0 every command works, 1 some do not or within limits, 3 usage. */
export async function runDoctor(
  argv: readonly string[],
  io: CommandIo,
  examine: (env: CommandIo['env']) => Promise<Facts>,
): Promise<number> {
  const command: Command<DoctorOptions> = {
    usage: DOCTOR_USAGE,
    options: DOCTOR_OPTIONS,
    usageStatus: EXIT.USAGE,
    versionFacts: async () => ({ node: process.version }),
    run: async ({ json }) => {
      const show = json ? showJson(io) : showText(io);
      const findings = judge(await examine(io.env));
      for (const finding of findings) show({ type: 'finding', ...finding });
      const summary = summarize(findings);
      show(summary);
      const { limited, no, unknown } = summary.commands;
      return limited + no + unknown === 0 ? EXIT.ALL_WORK : EXIT.SOME_DO_NOT;
    },
  };
  return runCommand(command, parseDoctor(argv, io.env['POSIXLY_CORRECT'] !== undefined), io);
}

function summarize(findings: readonly Finding[]): SummaryEvent {
  const count = (status: Status) =>
    findings.filter((finding) => finding.section === 'command' && finding.status === status).length;
  const commands = { ok: count('ok'), limited: count('limited'), no: count('no'), unknown: count('unknown') };
  return { type: 'summary', commands };
}

function showText(io: CommandIo): (event: DoctorEvent) => void {
  const text = new DoctorText(describeTerminal(io.env));
  return (event) => writePieces(io, text.render(event));
}

function showJson(io: CommandIo): (event: DoctorEvent) => void {
  return (event) => io.stdout(renderJson(event));
}
