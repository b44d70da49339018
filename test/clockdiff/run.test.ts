/** The whole command over a port that answers at once, with made-up clocks: streams, exit statuses, driver. */
import { describe, expect, it } from 'vitest';
import { SetupError } from '../../src/cli/errors.ts';
import type { ClockdiffBackend } from '../../src/clockdiff/backend.ts';
import { runClockdiff } from '../../src/clockdiff/run.ts';
import { Clock } from '../../src/net/clock.ts';
import type { IcmpPort, PortHandler } from '../../src/net/port.ts';
import { ProcessSignals } from '../../src/net/signals.ts';
import { packetOf, queuedErrorOf, reply } from './support.ts';

const NS_PER_MS = 1e6;
/** 22 November 2026, 10:34:21 UT. */
const UNIX_SECONDS = 1_795_343_661;
const TIME_OF_DAY_MS = (UNIX_SECONDS % 86_400) * 1000;
const EHOSTUNREACH = 113;

/** What stands in the way of a reply. */
interface Trouble {
  /** The first send is refused, and an ICMP error in the queue explains it. */
  readonly refusesOnce?: boolean;
  /** What came before the first request, as if from the run before. */
  readonly stale?: boolean;
}

/** A peer 250 ms ahead behind a port that answers at once; each look at the clock takes 20 us. */
function backendOf(waitsInKernel: boolean, { refusesOnce = false, stale = false }: Trouble = {}): ClockdiffBackend {
  let monoNs = 0;
  const clock = new Clock((out) => {
    monoNs += 20_000;
    out[0] = monoNs;
    out[1] = UNIX_SECONDS;
    out[2] = monoNs;
  });
  const replies: Uint8Array[] = stale ? [reply({ sequence: 1, identifier: process.pid & 0xffff, stamps: [1, 1] })] : [];
  let callback: (() => void) | null = null;
  let refusals = refusesOnce ? 1 : 0;
  const port: IcmpPort = {
    family: 4,
    socketType: 'raw',
    abilities: { receiveStamps: false, transmitStamps: false, errorQueue: true },
    tight: null,
    outgoing: new Uint8Array(20),
    send: (octets) => {
      if (refusals-- > 0) return EHOSTUNREACH;
      expect(octets).toBe(20);
      const request = new DataView(port.outgoing.buffer);
      const shown = Math.floor(TIME_OF_DAY_MS + monoNs / NS_PER_MS) + 250;
      const [identifier, sequence] = [request.getUint16(4), request.getUint16(6)];
      replies.push(reply({ identifier, sequence, stamps: [shown, shown] }));
      if (callback !== null) setImmediate(callback);
      return 0;
    },
    drain: (handler: PortHandler) => {
      if (refusals === 0 && refusesOnce) handler.queuedError(queuedErrorOf(1));
      clock.read();
      const messages = replies.splice(0);
      for (const message of messages) handler.packet(packetOf(message, { source: '192.0.2.7' }));
      return messages.length > 0;
    },
    watch: (listener) => {
      callback = listener;
    },
    wait: () => {},
    close: () => {},
  };
  return {
    name: 'addon',
    clock,
    clockErrorNs: 0,
    waitsInKernel,
    openSession: async () => ({ port, host: 'hostb.lab', address: '192.0.2.7', mode: 'icmp', isConnected: false }),
    createAlarm: (onExpiry) => ({ arm: () => setImmediate(onExpiry), close: () => {} }),
    strerror: (errno) => `error ${errno}`,
  };
}

async function run(line: string, backend: ClockdiffBackend | Error = backendOf(true)) {
  const output = { stdout: '', stderr: '' };
  const status = await runClockdiff(
    line.split(' ').filter((word) => word !== ''),
    {
      commandName: 'clockdiff',
      env: {},
      signals: new ProcessSignals(),
      stdout: (text) => {
        output.stdout += text;
      },
      stderr: (text) => {
        output.stderr += text;
      },
      complain: (message) => {
        output.stderr += `clockdiff: ${message}\n`;
      },
    },
    async () => {
      if (backend instanceof Error) throw backend;
      return backend;
    },
  );
  return { ...output, status };
}

describe('clockdiff', () => {
  it.each([
    ['waiting in the kernel', true, 'host'],
    ['in the event loop', false, 'host'],
    ['at intervals', true, '--interval 0.001 host'],
  ])('measures, %s', async (_how, waitsInKernel, line) => {
    expect(await run(line, backendOf(waitsInKernel))).toEqual({
      stdout: `${UNIX_SECONDS} 250 250\n`,
      stderr: '',
      status: 0,
    });
  });

  it('adds a line with -u, and speaks JSON with -j', async () => {
    expect((await run('-u host')).stdout).toMatch(
      /^\d+ 250 250\noffset=\+2[45]\d\.\d{3}ms \+\/- \d\.\d{3}ms, rtt min=/,
    );
    const { stdout } = await run('-j --samples 2 host');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(['sample', 'sample', 'summary']);
    expect(lines.at(-1)).toMatchObject({ host: 'hostb.lab', address: '192.0.2.7', delta_ms: 250 });
  });

  it('does not take what came before its first request', async () => {
    const { stdout } = await run('-j host', backendOf(true, { stale: true }));
    const summary = JSON.parse(stdout.trim().split('\n').at(-1)!);
    expect([summary.accepted, summary.unusable]).toEqual([50, {}]);
  });

  it('sends again when an error that had been waiting refused the first send', async () => {
    const { stdout, status } = await run('-j --samples 1 host', backendOf(true, { refusesOnce: true }));
    expect(status).toBe(0);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ transmitted: 1, accepted: 1 });
  });

  it('has one status for all that goes wrong', async () => {
    expect(await run('host', new SetupError('no backend loads: a; b'))).toEqual({
      stdout: '',
      stderr: 'clockdiff: no backend loads: a; b\n',
      status: 1,
    });
    expect((await run('-j host', new SetupError('no backend loads: a; b'))).stdout).toBe(
      '{"error": "no backend loads: a; b", "type": "error", "schema": 1}\n',
    );
  });

  it('does not hide a bug', async () => {
    await expect(run('host', new TypeError('a bug'))).rejects.toThrow('a bug');
  });

  it('shows its usage on stderr: status 1, and 0 when asked', async () => {
    for (const [line, status] of [
      ['', 1],
      ['a b', 1],
      ['-h', 0],
    ] as const) {
      const shown = await run(line);
      expect([shown.stdout, shown.status]).toEqual(['', status]);
      expect(shown.stderr).toMatch(
        /^\nUsage\n {2}clockdiff \[options\] <destination>\n[\s\S]*For more details see clockdiff\(8\)\.\n$/,
      );
    }
  });

  it('points to its help on stdout after a mistake, but not in JSON, which is told besides', async () => {
    expect(await run('-Z')).toEqual({
      stdout: "Try 'clockdiff --help' for more information.\n",
      stderr: "clockdiff: invalid option -- 'Z'\n",
      status: 1,
    });
    expect(await run('-j -Z')).toEqual({
      stdout: `{"error": "invalid option -- 'Z'", "type": "error", "schema": 1}\n`,
      stderr: "clockdiff: invalid option -- 'Z'\n",
      status: 1,
    });
  });

  it('names its backend, or what is missing, with -V', async () => {
    expect((await run('-V')).stdout).toMatch(/^clockdiff from sonde \S+\nbackend: addon, node: v/);
    expect((await run('-V', new SetupError('neither'))).stdout).toMatch(
      /^clockdiff from .*\nbackend: none \(neither\), /,
    );
  });
});
