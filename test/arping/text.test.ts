import { describe, expect, it } from 'vitest';
import type { Answer, ArpingEvent, BindingEvent, ReplyEvent, SummaryEvent } from '../../src/arping/events.ts';
import { ArpingText, formatHeader, type TextOptions } from '../../src/arping/text.ts';
import { ProbeStatistics } from '../../src/measure/probe-statistics.ts';
import { asRoundTrip } from '../../src/measure/stamped-interval.ts';

const OPTIONS: TextOptions = {
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

const KERNEL = { transmitStamp: 'kernel', receiveStamp: 'kernel' } as const;
const REPLY: ReplyEvent = {
  type: 'reply',
  wallNs: 0,
  answer: ANSWER,
  sequence: 1,
  roundTripNs: 35_999,
  ...KERNEL,
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
  roundTrip: null,
  statistics: new ProbeStatistics().summary(),
  conditions: [],
};

function render(event: ArpingEvent, options: Partial<TextOptions> = {}): string {
  return new ArpingText({ ...OPTIONS, ...options })
    .render(event)
    .map(({ stream, text }) => (stream === 'stderr' ? `arping: ${text}` : text))
    .join('');
}

describe('the header', () => {
  it('names target, source and device', () => {
    expect(formatHeader(OPTIONS)).toBe('ARPING 10.77.1.254 from 10.77.1.1 eth0\n');
  });

  it('names hardware addresses with --reverse', () => {
    const options = { ...OPTIONS, isReverse: true, target: '02:77:01:00:00:FE' };
    expect(formatHeader(options)).toBe('RARPING 02:77:01:00:00:FE from 02:77:01:00:00:01 eth0\n');
  });
});

describe('a reply', () => {
  it.each<[string, Partial<Answer>]>([
    // Lines and blanks as iputils prints them (section 3.5), but for the half millisecond that it adds.
    ['Unicast reply from 10.77.1.254 [D6:0D:7E:16:5B:9F]  0.035ms\n', {}],
    ['Broadcast reply from 10.77.1.254 [D6:0D:7E:16:5B:9F]  0.035ms\n', { delivery: 'broadcast' }],
    ['Unicast request from 10.77.1.254 [D6:0D:7E:16:5B:9F]  0.035ms\n', { operation: 'request' }],
    [
      'Broadcast request from 10.77.1.254 [D6:0D:7E:16:5B:9F] for 10.77.1.9 [00:00:00:00:00:00] 0.035ms\n',
      { operation: 'request', delivery: 'broadcast', targetAddress: '10.77.1.9', targetHardware: '00:00:00:00:00:00' },
    ],
    ['Unicast reply from 10.77.1.254 [D6:0D:7E:16:5B:9F] for 10.77.1.9  0.035ms\n', { targetAddress: '10.77.1.9' }],
    [
      'Unicast reply from 10.77.1.254 [D6:0D:7E:16:5B:9F] for [02:77:01:00:00:99] 0.035ms\n',
      { targetHardware: '02:77:01:00:00:99' },
    ],
  ])('reads %s', (line, lies) => {
    expect(render({ ...REPLY, answer: { ...ANSWER, ...lies } })).toBe(line);
  });

  it.each([
    [0, '0.000'],
    [999, '0.000'],
    [1_000, '0.001'],
    [999_999, '0.999'],
    [300_123_456, '300.123'],
    [12_345_678_901, '12345.678'],
  ])('that took %i ns shows %sms', (ns, shown) => {
    expect(render({ ...REPLY, roundTripNs: ns })).toContain(`]  ${shown}ms\n`);
  });

  it('without a probe is unsolicited', () => {
    expect(render({ ...REPLY, sequence: null, ...asRoundTrip(null) })).toBe(
      'Unicast reply from 10.77.1.254 [D6:0D:7E:16:5B:9F]  UNSOLICITED?\n',
    );
  });

  it('names the vendor where one is known, and shows what is in the name', () => {
    const vendorOf = () => 'Evil\x1b[2J (Corp)';
    expect(render(REPLY, { vendorOf })).toBe(
      'Unicast reply from 10.77.1.254 [D6:0D:7E:16:5B:9F] (Evil\\033[2J (Corp))  0.035ms\n',
    );
  });

  it('to --reverse tells the address', () => {
    const answer = { ...ANSWER, targetAddress: '10.77.1.9', targetHardware: '02:77:01:00:00:FE' };
    expect(render({ ...REPLY, answer }, { isReverse: true })).toBe(
      'Unicast reply from 10.77.1.254 [D6:0D:7E:16:5B:9F] tells 10.77.1.9 0.035ms\n',
    );
  });
});

describe('the footer', () => {
  it('counts probes and answers', () => {
    expect(render(SUMMARY)).toBe('Sent 2 probes (1 broadcast(s))\nReceived 2 response(s)\n');
  });

  it.each([
    [1, 0, ' (1 request(s))'],
    [0, 2, ' (2 broadcast(s))'],
    [3, 4, ' (3 request(s), 4 broadcast(s))'],
  ])('has %i requests and %i broadcasts in parentheses', (receivedRequests, receivedBroadcasts, parts) => {
    expect(render({ ...SUMMARY, receivedRequests, receivedBroadcasts })).toBe(
      `Sent 2 probes (1 broadcast(s))\nReceived 2 response(s)${parts}\n`,
    );
  });

  it('tells of several hardware addresses for one address, and of the reverse', () => {
    expect(render({ ...SUMMARY, told: ['0A:00', '0B:00'], duplicate: true })).toBe(
      'Sent 2 probes (1 broadcast(s))\nReceived 2 response(s)\nDuplicate: 2 hardware addresses for 10.77.1.254: 0A:00 0B:00\n',
    );
    expect(
      render({ ...SUMMARY, told: ['10.0.0.1', '10.0.0.2'], duplicate: true }, { isReverse: true, target: '0A:00' }),
    ).toContain('Duplicate: 2 addresses for 0A:00: 10.0.0.1 10.0.0.2\n');
  });

  it('is missing when receiving failed', () => {
    const text = new ArpingText(OPTIONS);
    expect(text.render({ type: 'receive-error', wallNs: 0, errno: 100 })).toEqual([
      { stream: 'stderr', text: 'recvfrom: error 100\n' },
    ]);
    expect(text.render({ ...SUMMARY, reason: 'error' })).toEqual([]);
  });
});

describe('--watch', () => {
  const binding = (change: BindingEvent['change'], now: string[], before: string[]): BindingEvent => ({
    type: 'binding',
    wallNs: 902_450_999,
    change,
    now,
    before,
  });

  it.each([
    [binding('found', ['0A:00'], []), 'is at [0A:00]'],
    [binding('moved', ['0B:00'], ['0A:00']), 'moved to [0B:00], was at [0A:00]'],
    [binding('duplicate', ['0A:00', '0B:00'], ['0A:00']), 'is at [0A:00] and at [0B:00]: more than one answers'],
    [binding('alone', ['0B:00'], ['0A:00', '0B:00']), 'is at [0B:00] alone, was at [0A:00] and at [0B:00]'],
    [binding('gone', [], ['0B:00']), 'is gone, was at [0B:00]'],
  ])('tells when and what', (event, news) => {
    expect(render(event)).toBe(`[1795344226.902450] 10.77.1.254 ${news}\n`);
  });

  it('tells a moment before the epoch of the run too', () => {
    expect(render({ ...binding('gone', [], ['0A:00']), wallNs: -1_000 })).toContain('[1795344225.999999] ');
  });
});

describe('other events', () => {
  it('go to stderr, or nowhere', () => {
    expect(render({ type: 'send-error', wallNs: 0, errno: 105 })).toBe('arping: sendto: error 105\n');
    expect(render({ type: 'unanswered', wallNs: 0, sequence: 1, roundTripNs: null })).toBe('');
  });

  it('on stdout are all silent with -q, and those on stderr are not', () => {
    const quiet = { quiet: true };
    expect(render(REPLY, quiet) + render(SUMMARY, quiet)).toBe('');
    expect(render({ type: 'binding', wallNs: 0, change: 'gone', now: [], before: ['0A:00'] }, quiet)).toBe('');
    expect(render({ type: 'send-error', wallNs: 0, errno: 105 }, quiet)).toBe('arping: sendto: error 105\n');
  });
});
