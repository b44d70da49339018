/** The lines of `sonde doctor -j` as types, which docs/schema/doctor.json is generated from: see ../cli/lines.ts. */
import type { CommonLine, Count } from '../cli/lines.ts';

/**
 * `sonde doctor -j` writes one JSON object a line to stdout. `type` names the kind of line; only the version line has none.
 *
 * @title One line of `sonde doctor -j`
 */
export type DoctorLine = FindingLine | DoctorSummaryLine | CommonLine;

/**
 * `ok`: it works. `limited`: it works, but not all of it or not as well as it could. `no`: it does not. `unknown`: nobody without
 * more privilege can tell.
 */
export type FindingStatus = 'ok' | 'limited' | 'no' | 'unknown';

/** What was found about a command or about the machine. */
export interface FindingLine {
  readonly type: 'finding';
  readonly section: 'command' | 'machine';
  /** A command with its option (`ping --method udp`), or what was looked at (`addon`). */
  readonly name: string;
  readonly status: FindingStatus;
  /** In the words of the text output. */
  readonly detail: string;
  /** Commands (or settings) that would mend it, any one of them. */
  readonly mends: readonly string[];
}

/** The last line: how many commands are in each state. */
export interface DoctorSummaryLine {
  readonly type: 'summary';
  readonly ok: Count;
  readonly limited: Count;
  readonly no: Count;
  readonly unknown: Count;
}
