/** Recordings made and replayed without a command: events of our own through ping's renderers. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textConsole } from '../../src/cli/console.ts';
import type { CommandOutput } from '../../src/cli/output.ts';
import { BrokenRecording, openRecording, splitLines } from '../../src/cli/recording-reader.ts';
import { Replay } from '../../src/cli/replay.ts';
import type { NetworkErrorEvent, PingEvent, ReplyEvent, SummaryEvent } from '../../src/ping/events.ts';
import { PING_VIEWS, showEvents } from '../../src/ping/show.ts';
import type { TextOptions } from '../../src/ping/text.ts';
import { FileRecorder } from '../../src/record/recorder.ts';
import { PLAIN_OPTIONS, PLAIN_REPLY } from '../ping/support.ts';

export const FACTS = { command: 'ping', name: 'ping', argv: ['-c', '2', 'host.example'] };

export const OPTIONS: TextOptions = {
  ...PLAIN_OPTIONS,
  host: 'host.example',
  timestamps: true,
  epochSeconds: 1_700_000_000,
  strerror: (errno) => `error ${errno}`,
  nameOf: (address) => (address === '10.0.0.2' ? 'two.example' : null),
};

export const REPLY: ReplyEvent = {
  ...PLAIN_REPLY,
  wallNs: 1_234_567_890,
  source: '10.0.0.2',
  identifier: 7,
  hopLimit: 64,
  roundTripNs: 1_234_567,
  mismatch: { offset: 17, expected: 1, received: 2, payload: new Uint8Array([0, 1, 2, 250, 255]) },
  // A route of one hop, recorded (RFC 791).
  ipOptions: new Uint8Array([7, 7, 8, 10, 0, 0, 2, 0]),
};

export const UNREACHABLE: NetworkErrorEvent = {
  type: 'network-error',
  wallNs: 2e9,
  source: '10.0.0.9',
  sequence: 2,
  family: 4,
  icmpType: 3,
  icmpCode: 1,
  info: 0,
  errno: 113,
  via: 'queue',
  badChecksum: false,
  quoted: null,
};

export const SUMMARY: SummaryEvent = {
  type: 'summary',
  reason: 'count',
  method: 'icmp',
  port: null,
  transmitted: 2,
  received: 1,
  duplicates: 0,
  corrupted: 0,
  errors: 1,
  elapsedNs: 1e9,
  rtt: null,
  statistics: null,
  conditions: [],
  pipe: 1,
};

export interface Printed {
  stdout: string;
  stderr: string;
}

export function capture(commandName = 'ping'): { readonly output: CommandOutput; readonly printed: Printed } {
  const printed = { stdout: '', stderr: '' };
  const stderr = (text: string) => {
    printed.stderr += text;
  };
  const output = {
    commandName,
    stdout: (text: string) => {
      printed.stdout += text;
    },
    stderr,
    complain: (message: string) => stderr(`${commandName}: ${message}\n`),
  };
  return { output, printed };
}

/** What a run of ping printed that told `events`, and its recording. */
export function recordRun(
  events: Iterable<PingEvent>,
  { options = OPTIONS, status = 0 } = {},
): { readonly file: Buffer; readonly printed: Printed } {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-recorder-'));
  try {
    const path = join(folder, 'run');
    const recorder = new FileRecorder(path, FACTS, () => {});
    const { output, printed } = capture();
    const watched = recorder.watch(output);
    const console = recorder.begin(false, textConsole(watched));
    console.print('PING host.example\n');
    console.warn('something odd');
    const show = showEvents(watched, false, options);
    for (const event of events) show(event);
    watched.stderr('bare\n');
    recorder.end(status);
    return { file: readFileSync(path), printed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export type Replayed = Printed & { readonly status: number | null; readonly flaw: string | null };

/** Everything that is not a flaw of the recording comes out as it is. */
export async function replayFile(file: Uint8Array, json: boolean | null = null): Promise<Replayed> {
  const { output, printed } = capture();
  try {
    const recording = openRecording(splitLines([file]));
    const status = await new Replay(recording, PING_VIEWS, output, json).run(recording);
    return { ...printed, status, flaw: null };
  } catch (error) {
    if (!(error instanceof BrokenRecording)) throw error;
    return { ...printed, status: null, flaw: error.message };
  }
}
