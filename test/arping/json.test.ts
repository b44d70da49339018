import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer, ArpingEvent, EndReason, ReplyEvent, SummaryEvent } from '../../src/arping/events.ts';
import { ArpingJson, formatJsonStart, type JsonOptions } from '../../src/arping/json.ts';
import type { Mode } from '../../src/arping/lines.ts';
import { showRun } from '../../src/arping/show.ts';
import type { TextOptions } from '../../src/arping/text.ts';
import { ARPING_WORDS } from '../../src/arping/vocabulary.ts';
import { jsonConsole } from '../../src/cli/console.ts';
import { ProbeStatistics } from '../../src/measure/probe-statistics.ts';
import { asRoundTrip } from '../../src/measure/stamped-interval.ts';
import { failIf } from '../conditions/given.ts';
import { play } from './support.ts';

const SCHEMA = JSON.parse(readFileSync(new URL('../../docs/schema/arping.json', import.meta.url), 'utf8'));
const fits = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(SCHEMA);

const OPTIONS: TextOptions & JsonOptions = {
  mode: 'probe',
  target: '10.77.1.254',
  source: '10.77.1.1',
  device: 'eth0',
  hardware: '02:77:01:00:00:01',
  isReverse: false,
  quiet: false,
  stats: false,
  epochSeconds: 1_795_344_226,
  strerror: (errno) => `error ${errno}`,
  vendorOf: () => null,
};

const ANSWER: Answer = {
  operation: 'reply',
  delivery: 'unicast',
  senderAddress: '10.77.1.254',
  senderHardware: 'D6:0D:7E:16:5B:9F',
  hardware: Uint8Array.of(0xd6, 0x0d, 0x7e, 0x16, 0x5b, 0x9f),
  targetAddress: '10.77.1.1',
  targetHardware: '02:77:01:00:00:01',
  isAnnouncement: false,
};

const REPLY: ReplyEvent = {
  type: 'reply',
  wallNs: 902_450_000,
  answer: ANSWER,
  sequence: 1,
  roundTripNs: 35_999.4,
  transmitStamp: 'kernel',
  receiveStamp: 'user',
};

const SUMMARY: SummaryEvent = {
  type: 'summary',
  reason: 'count',
  sent: 2,
  broadcasts: 1,
  received: 2,
  receivedRequests: 0,
  receivedBroadcasts: 0,
  unanswered: 0,
  told: ['D6:0D:7E:16:5B:9F'],
  duplicate: false,
  roundTrip: { minUs: 30, avgUs: 35, maxUs: 40, mdevUs: 5, ewmaUs: 33 },
  statistics: new ProbeStatistics().summary(),
  conditions: [],
};

/** The rendered line as a value. @throws Error when it is no object of the schema */
function parsed(line: string): Record<string, unknown> {
  expect(line.endsWith('}\n')).toBe(true);
  const value: Record<string, unknown> = JSON.parse(line);
  if (!fits(value)) throw new Error(`${line}${JSON.stringify(fits.errors)}`);
  return value;
}

function rendered(event: ArpingEvent, options: Partial<JsonOptions> = {}): Record<string, unknown> {
  return parsed(new ArpingJson({ ...OPTIONS, ...options }).render(event));
}

describe('a line of JSON', () => {
  it('tells a reply', () => {
    expect(rendered(REPLY)).toEqual({
      type: 'reply',
      operation: 'reply',
      delivery: 'unicast',
      host: '10.77.1.254',
      mac: 'D6:0D:7E:16:5B:9F',
      target: '10.77.1.1',
      target_mac: '02:77:01:00:00:01',
      seq: 1,
      time: '0.035',
      rtt_ns: 35_999,
      stamps: { transmit: 'kernel', receive: 'user' },
      timestamp: 1795344226.90245,
      schema: 1,
    });
  });

  it('has null, not zero, for a round trip that there was none of', () => {
    expect(rendered({ ...REPLY, sequence: null, ...asRoundTrip(null) })).toMatchObject({
      seq: null,
      time: null,
      rtt_ns: null,
    });
    expect(rendered({ type: 'unanswered', wallNs: 0, sequence: 3, roundTripNs: null })).toMatchObject({
      seq: 3,
      rtt_ns: null,
    });
    expect(rendered({ ...SUMMARY, roundTrip: null })).toMatchObject({ rtt: null });
  });

  it('names vendors in octets that JSON escapes', () => {
    const vendorOf = () => 'Evil "\x1b[2J\x9b\ud800';
    const line = new ArpingJson({ ...OPTIONS, vendorOf }).render(REPLY);
    expect(parsed(line)['vendor']).toBe('Evil "\x1b[2J\x9b\ud800');
    expect(line).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });

  it('tells who owns the target', () => {
    const event = { type: 'binding', wallNs: 0, change: 'moved', now: ['0B:00'], before: ['0A:00'] } as const;
    expect(rendered(event, { vendorOf: (hardware) => (hardware === '0A:00' ? 'A' : null) })).toMatchObject({
      now: [{ mac: '0B:00' }],
      before: [{ mac: '0A:00', vendor: 'A' }],
    });
  });

  it('tells what the kernel refuses', () => {
    expect(rendered({ type: 'send-error', wallNs: 0, errno: 105 })).toMatchObject({ error: ['sendto', 'error 105'] });
    expect(rendered({ type: 'receive-error', wallNs: 0, errno: 100 })).toMatchObject({
      error: ['recvfrom', 'error 100'],
    });
  });

  it.each<EndReason>(['count', 'replies', 'deadline', 'interrupted', 'error', 'condition'])(
    'tells that a run ended by %s',
    (reason) => {
      expect(rendered({ ...SUMMARY, reason })).toMatchObject({ type: 'summary', reason, duplicate: false });
    },
  );

  it('has statistics, and says before what came of conditions', () => {
    const { summary } = play({ count: 2, conditions: failIf(ARPING_WORDS, 'loss > 2%', 'macs > 1') });
    const lines = new ArpingJson(OPTIONS)
      .render(summary)
      .split(/(?<=\n)/)
      .map(parsed);
    expect(lines).toMatchObject([
      { type: 'condition', role: 'fail-if', text: 'loss > 2%', holds: true, failed: true },
      { type: 'condition', role: 'fail-if', text: 'macs > 1', holds: false, failed: false },
      { type: 'summary', stats: { sent: 2, received: 0, lost: 2, loss_ratio: 1, rtt: null, jitter: null } },
    ]);
  });

  it('says that several answered', () => {
    expect(rendered({ ...SUMMARY, told: ['0A:00', '0B:00'], duplicate: true })).toMatchObject({ duplicate: true });
  });

  it.each<Mode>(['probe', 'duplicate-detection', 'unsolicited-request', 'unsolicited-reply', 'reverse'])(
    'begins a run of mode %s',
    (mode) => {
      const start = parsed(formatJsonStart({ ...OPTIONS, mode, isReverse: mode === 'reverse' }));
      expect(start).toMatchObject({ type: 'start', mode, device: 'eth0' });
      expect('source' in start).toBe(mode !== 'reverse');
    },
  );
});

describe('-q', () => {
  it('leaves the summary, and what went wrong', () => {
    const json = new ArpingJson({ ...OPTIONS, quiet: true });
    const binding = { type: 'binding', wallNs: 0, change: 'gone', now: [], before: ['0A:00'] } as const;
    expect(
      [REPLY, binding, { type: 'unanswered', wallNs: 0, sequence: 1, roundTripNs: null } as const].map((each) =>
        json.render(each),
      ),
    ).toEqual(['', '', '']);
    expect(json.render(SUMMARY)).not.toBe('');
    expect(json.render({ type: 'receive-error', wallNs: 0, errno: 100 })).not.toBe('');
    expect(json.render({ type: 'send-error', wallNs: 0, errno: 105 })).not.toBe('');
  });
});

describe('the stream', () => {
  it('is one object of the schema a line, for whatever happens in a run', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 2000 }), { maxLength: 6 }),
        fc.nat({ max: 3 }),
        fc.nat({ max: 5000 }),
        (delays, down, endMs) => {
          const lines: string[] = [];
          const output = {
            commandName: 'arping',
            stdout: (text: string) => lines.push(text),
            stderr: () => {
              throw new Error('nothing goes to stderr');
            },
            complain: () => {
              throw new Error('nothing goes to stderr');
            },
          };
          const show = showRun(output, true, OPTIONS);
          const player = play(
            { count: 4 },
            {
              network: () => delays.map((ms) => ({ afterNs: ms * 1e6 })),
              refuse: (attempt) => (attempt === down ? 105 : null),
              interruptAfterNs: endMs * 1e6,
            },
          );
          for (const event of player.events) show(event);
          for (const line of lines) parsed(line);
          expect(JSON.parse(lines.at(-1)!)).toMatchObject({ type: 'summary' });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('holds what ends a command before its run, too', () => {
    const lines: string[] = [];
    const console = jsonConsole({
      commandName: 'arping',
      stdout: (text) => lines.push(text),
      stderr: () => {},
      complain: () => {},
    });
    console.fail('Device nope not available.');
    console.warn('WARNING: using default broadcast address.');
    console.tell('help');
    console.version('arping', {});
    expect(lines.map((line) => Object.keys(parsed(line))[0])).toEqual(['error', 'warning', 'text', 'version']);
  });
});

describe('the schema', () => {
  it('allows no member that it does not name', () => {
    const line = new ArpingJson(OPTIONS).render(SUMMARY);
    expect(fits({ ...JSON.parse(line), more: 1 })).toBe(false);
    expect(fits({ ...JSON.parse(line), reason: 'boredom' })).toBe(false);
  });
});
