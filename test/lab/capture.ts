/** tcpdump in a namespace, its capture read as it grows. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CapturedPacket, readPcap } from './pcap.ts';

const POLL_MS = 1;
const TCPDUMP_OPTIONS = [
  '--time-stamp-precision=nano',
  '--immediate-mode',
  '--packet-buffered',
  '--relinquish-privileges=root',
  // The ring has slots of the snapshot length: by default so long ones that a flood overruns the few.
  '--snapshot-length=2048',
  '--buffer-size=16384',
];

export class Capture {
  readonly #process: ChildProcess;
  readonly #closed: Promise<void>;
  #stream: Buffer = Buffer.alloc(0);
  #stderr = '';

  private constructor(tcpdump: ChildProcess) {
    this.#process = tcpdump;
    this.#closed = new Promise((resolve) => tcpdump.once('close', () => resolve()));
    tcpdump.stdout!.on('data', (piece: Buffer) => {
      this.#stream = Buffer.concat([this.#stream, piece]);
    });
    tcpdump.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
  }

  /** Settles once packets on `device` that match `filter` (pcap-filter(7)) are being recorded. @throws Error */
  static async start(netns: string, device: string, filter = ''): Promise<Capture> {
    const argv = ['netns', 'exec', netns, 'tcpdump', '-n', '-i', device, ...TCPDUMP_OPTIONS, '-w', '-', filter];
    const capture = new Capture(spawn('ip', argv, { stdio: ['ignore', 'pipe', 'pipe'] }));
    await new Promise<void>((resolve, reject) => {
      capture.#process.stderr!.on('data', () => {
        if (capture.#stderr.includes('listening on')) resolve();
      });
      capture.#process.once('error', reject);
      capture.#process.once('close', () => reject(new Error(`tcpdump: ${capture.#stderr}`)));
    });
    return capture;
  }

  /** The packets recorded so far. */
  packets(): CapturedPacket[] {
    return readPcap(this.#stream);
  }

  /** Stops recording and answers every packet that passed before this call. @throws Error when the kernel dropped some */
  async stop(): Promise<CapturedPacket[]> {
    // At a signal tcpdump forgets what waits in its ring. Only a tcpdump that sleeps has emptied it.
    while (isAwake(this.#process.pid!)) await sleep(POLL_MS);
    this.#process.kill('SIGTERM');
    await this.#closed;
    if (!/^0 packets dropped by kernel$/m.test(this.#stderr)) throw new Error(`tcpdump: ${this.#stderr}`);
    return this.packets();
  }
}

/** Whether the process is in another state than `S`, interruptible sleep: proc(5). */
function isAwake(pid: number): boolean {
  const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return status[status.lastIndexOf(')') + 2] !== 'S';
}
