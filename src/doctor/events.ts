/** What a run of `sonde doctor` has to tell. */
import type { Finding, Status } from './findings.ts';

export interface FindingEvent extends Finding {
  readonly type: 'finding';
}

export interface SummaryEvent {
  readonly type: 'summary';
  /** How many commands are in each state. */
  readonly commands: Readonly<Record<Status, number>>;
}

export type DoctorEvent = FindingEvent | SummaryEvent;
