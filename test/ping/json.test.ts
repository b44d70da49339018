import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  EndReason,
  LocalErrorEvent,
  NetworkErrorEvent,
  PingEvent,
  ReplyEvent,
  SendErrorEvent,
  SummaryEvent,
} from '../../src/ping/events.ts';
import { type JsonOptions, PingJson } from '../../src/ping/json.ts';
import { showEvents } from '../../src/ping/show.ts';
import { loadSchema } from '../schema.ts';
import { PLAIN_REPLY } from './support.ts';

type Members = Readonly<Record<string, unknown>>;

const { fits, kinds: KINDS } = loadSchema('ping');

// The run that the events are of.

const OPTIONS: JsonOptions = {
  method: 'icmp',
  host: 'hostb.lab',
  verbose: false,
  quiet: false,
  showsGap: false,
  epochSeconds: 1_795_344_226,
  strerror: (errno) => `error ${errno}`,
  nameOf: () => null,
};

/** ESC and BEL as in the lab's hostile name, and all that JSON must escape or might. */
const HOSTILE_NAME = '\x1b]0;owned\x07"\\\r\n\t\0\u2028\x7f\x9b\ud800 , : {}é';

const REPLY: ReplyEvent = {
  ...PLAIN_REPLY,
  wallNs: 902_450_000,
  source: '10.88.0.9',
  hopLimit: 57,
  roundTripNs: 197_400,
};

const BY_USER_CLOCK = { transmitStamp: 'user', receiveStamp: 'user' } as const;

const MISMATCH = { offset: 20, expected: 0x14, received: 0xeb, payload: Uint8Array.from({ length: 56 }, (_, i) => i) };

/** RFC 4620: node.lab., answered with success, time to live 0; 30 octets as in iputils.md section 1.7. */
const NODE_REPLY = Uint8Array.from(Buffer.from('8c00000000020000000101020304050600000000046e6f6465036c616200', 'hex'));

const NETWORK_ERROR: NetworkErrorEvent = {
  type: 'network-error',
  wallNs: 0,
  source: '10.77.1.254',
  sequence: 1,
  family: 4,
  icmpType: 3,
  icmpCode: 4,
  info: 1400,
  via: 'queue',
  errno: 113,
  badChecksum: false,
  quoted: null,
};

const BY_RAW_SOCKET = { via: 'raw', errno: null } as const;

const LOCAL_ERROR: LocalErrorEvent = { type: 'local-error', wallNs: 0, errno: 90, mtu: 1500 };
const SEND_ERROR: SendErrorEvent = { type: 'send-error', wallNs: 0, errno: 1, sequence: 65_535 };

const ROUND_TRIP = { minUs: 197, avgUs: 1234, maxUs: 100_000, mdevUs: 0, ewmaUs: 144 };

const SUMMARY: SummaryEvent = {
  type: 'summary',
  reason: 'count',
  method: 'icmp',
  port: null,
  transmitted: 3,
  received: 2,
  duplicates: 0,
  corrupted: 0,
  errors: 0,
  elapsedNs: 401_499_999,
  rtt: ROUND_TRIP,
  statistics: null,
  conditions: [],
  pipe: 1,
};

const EMPTY_SUMMARY: SummaryEvent = { ...SUMMARY, transmitted: 0, received: 0, elapsedNs: 0, rtt: null, pipe: 0 };

const REASONS = Object.keys({
  count: true,
  deadline: true,
  linger: true,
  interrupted: true,
  error: true,
  condition: true,
} satisfies Record<EndReason, true>) as EndReason[];

type Case = readonly [title: string, event: PingEvent, options?: Partial<JsonOptions>];

const CASES: readonly Case[] = [
  ['a reply', REPLY],
  ['a reply with all that can be said of it', everythingAboutAReply(), { verbose: true, nameOf: () => 'a.lab' }],
  ['a duplicate', { ...REPLY, duplicate: true }],
  ['a truncated reply', { ...REPLY, octets: 30, truncated: true }],
  ['a reply without a hop limit', { ...REPLY, hopLimit: null, source: 'fe80::1%eth0' }],
  ['half a nanosecond, by the clock of user space', { ...REPLY, ...BY_USER_CLOCK, roundTripNs: 524_171.5 }],
  ['a round trip of zero', { ...REPLY, roundTripNs: 0 }],
  ['a round trip of a year', { ...REPLY, roundTripNs: 31_536_000 * 1e9 }],
  ['a time before the run', { ...REPLY, wallNs: -1.5e9 }],
  ['a reply from a hostile name', REPLY, { nameOf: () => HOSTILE_NAME }],
  ['a reply with 40 octets of options', { ...REPLY, ipOptions: new Uint8Array(40).fill(1) }],
  ['a node information reply', { ...REPLY, octets: 30, message: NODE_REPLY }],
  ['a node information reply of junk', { ...REPLY, octets: 16, message: new Uint8Array(16).fill(0xff) }],
  ['a network error', NETWORK_ERROR],
  ['a network error with a name', NETWORK_ERROR, { nameOf: () => HOSTILE_NAME }],
  ['a network error about somebody else', { ...NETWORK_ERROR, ...BY_RAW_SOCKET, sequence: null, badChecksum: true }],
  [
    'a redirect to 255.255.255.255',
    { ...NETWORK_ERROR, icmpType: 5, icmpCode: 1, info: 0xffff_ffff, ...BY_RAW_SOCKET },
  ],
  ['an IPv6 error', { ...NETWORK_ERROR, family: 6, source: 'fd77:1::fe', icmpType: 1, icmpCode: 255, info: 0 }],
  ['a network error of a type that nobody knows', { ...NETWORK_ERROR, icmpType: 255, icmpCode: 255 }],
  ['a local error', LOCAL_ERROR],
  ['a local error that is no matter of size', { ...LOCAL_ERROR, errno: 113, mtu: 0 }],
  ['a send error', SEND_ERROR],
  ['an unanswered probe', { type: 'unanswered', wallNs: 5e8, sequence: 0 }],
  ['a lost probe', { type: 'lost', wallNs: 5e8, sequence: 65_535, roundTripNs: null }],
  ['a short packet', { type: 'short-packet', source: '10.88.0.64', octets: 4 }, { verbose: true }],
  ['a status', { type: 'status', transmitted: 3, received: 2, rtt: ROUND_TRIP }],
  ['a status of nothing', { type: 'status', transmitted: 0, received: 0, rtt: null }],
  ...REASONS.map((reason): Case => [`a summary that ends by ${reason}`, { ...SUMMARY, reason }]),
  ['a summary of a run without a probe', EMPTY_SUMMARY],
  ['a summary of a run without a reply', { ...EMPTY_SUMMARY, transmitted: 2, errors: 2, pipe: 2 }, { showsGap: true }],
  ['a summary with more replies than probes', { ...SUMMARY, transmitted: 1 }],
  ['a summary of a month of flood', monthOfFlood(), { showsGap: true, host: HOSTILE_NAME }],
];

function everythingAboutAReply(): ReplyEvent {
  return {
    ...REPLY,
    identifier: 0,
    hopLimit: 0,
    duplicate: true,
    badChecksum: true,
    differentAddress: true,
    mismatch: MISMATCH,
    ipOptions: Uint8Array.of(0x94, 4, 0, 0),
  };
}

function monthOfFlood(): SummaryEvent {
  const us = 9_007_199_254_740_991;
  return {
    ...SUMMARY,
    transmitted: 5e11,
    received: 5e11 - 1,
    duplicates: 7,
    corrupted: 8,
    errors: 9,
    elapsedNs: 2_592_000 * 1e9,
    rtt: { minUs: 0, avgUs: us, maxUs: us, mdevUs: us, ewmaUs: us },
    pipe: 65_535,
  };
}

function render(event: PingEvent, options: Partial<JsonOptions> = {}): string {
  return new PingJson({ ...OPTIONS, ...options }).render(event);
}

/** The object of a line, of which there must be one. */
function parseLine(line: string): Members {
  expect(line).toMatch(/^\{[^\n\r]*\}\n$/);
  return JSON.parse(line) as Members;
}

/** The line with every string emptied: what is left is JSON's own punctuation, numbers and words. */
function skeleton(line: string): string {
  return line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').trimEnd();
}

const LINES = CASES.map(([title, event, options]) => [title, render(event, options)] as const);

describe('a line of -j', () => {
  it.each(LINES)('for %s is one object that fits the schema', (_title, line) => {
    expect(fits(parseLine(line))).toBe(true);
  });

  it.each(LINES)('for %s has one blank behind each colon and comma, and no other', (_title, line) => {
    expect(skeleton(line)).toMatch(/^(?:[^:, ]|[:,] (?! ))*$/);
  });

  it('carries any name and any host as they are', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, (name, host) => {
        const nameOf = () => name;
        expect(parseLine(render(REPLY, { nameOf }))['name']).toBe(name);
        expect(parseLine(render(NETWORK_ERROR, { nameOf }))['name']).toBe(name);
        expect(parseLine(render(SUMMARY, { host }))['host']).toBe(host);
      }),
    );
  });

  it('has the keys of iputils first, in its order and with its blanks', () => {
    // iputils.md section 1.5, the reply and the summary as they stand there.
    const figures = { minUs: 197, avgUs: 197, maxUs: 197, mdevUs: 0, ewmaUs: 144 };
    expect(render(REPLY)).toMatch(
      startOf('{"bytes": 64, "host": "10.88.0.9", "seq": 1, "ttl": 57, "time": "0.197", "type": "reply"'),
    );
    expect(render({ ...REPLY, identifier: 7 }, { verbose: true })).toMatch(
      startOf('{"bytes": 64, "host": "10.88.0.9", "seq": 1, "ident": 7, "ttl": 57, "time": "0.197"'),
    );
    expect(render({ ...REPLY, octets: 30, truncated: true })).toMatch(
      startOf('{"bytes": 30, "host": "10.88.0.9", "seq": 1, "ttl": 57, "info": "truncated", "type"'),
    );
    const one = { ...SUMMARY, transmitted: 1, received: 1, elapsedNs: 0, rtt: figures };
    expect(render(one)).toMatch(
      startOf(
        '{"host": "hostb.lab", "transmitted": 1, "received": 1, "duplicates": 0, "corrupted": 0, "errors": 0, "loss": 0, ' +
          '"time": 0, "rtt": {"min": "0.197", "avg": "0.197", "max": "0.197", "mdev": "0.000"}, "type": "summary"',
      ),
    );
    const flood = { ...one, transmitted: 3, received: 3, elapsedNs: 318_000, pipe: 3 };
    expect(render(flood, { showsGap: true })).toMatch(
      /"mdev": "0\.000"\}, "pipe": 3, "ipg": "0\.159", "ewma": "0\.144", "type"/,
    );
    expect(render(SEND_ERROR)).toMatch(startOf('{"error": ["sendmsg", "error 1"], "type": "send-error"'));
    expect(render({ ...NETWORK_ERROR, icmpType: 11, icmpCode: 0 })).toMatch(
      startOf('{"error": "Time to live exceeded", "type": "network-error"'),
    );
  });
});

function startOf(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
}

describe('what the members say', () => {
  it('of a reply', () => {
    expect(parseLine(render(REPLY))).toEqual({
      bytes: 64,
      host: '10.88.0.9',
      seq: 1,
      ttl: 57,
      time: '0.197',
      type: 'reply',
      rtt_ns: 197_400,
      stamps: { transmit: 'kernel', receive: 'kernel' },
      duplicate: false,
      timestamp: 1_795_344_226.90245,
      method: 'icmp',
      answer: 'echo-reply',
      schema: 1,
    });
    expect(parseLine(render(everythingAboutAReply(), { verbose: true, nameOf: () => 'a.lab' }))).toMatchObject({
      ident: 0,
      name: 'a.lab',
      duplicate: true,
      bad_checksum: true,
      different_address: true,
      wrong_data: { offset: 20, expected: 20, received: 235, payload: Buffer.from(MISMATCH.payload).toString('hex') },
      ip_options: '94040000',
    });
  });

  it('of conditions: a line each, before the summary', () => {
    const terms = [
      {
        text: 'loss > 2%',
        holds: true,
        subject: 'loss',
        dimension: 'ratio',
        measured: 0.25,
        measuredText: '25 %',
        limit: 0.02,
        required: '> 2%',
      },
    ] as const;
    const conditions = [{ role: 'fail-if', text: 'loss > 2%', holds: true, terms }] as const;
    const lines = render({ ...SUMMARY, conditions })
      .split(/(?<=\n)/)
      .map(parseLine);
    expect(lines).toMatchObject([
      { type: 'condition', role: 'fail-if', text: 'loss > 2%', holds: true, failed: true, terms: [{ measured: 0.25 }] },
      { type: 'summary' },
    ]);
    expect(lines.every((line) => fits(line))).toBe(true);
  });

  it('of a node information reply: the answer, and no time', () => {
    const reply = parseLine(render({ ...REPLY, octets: 30, message: NODE_REPLY }));
    expect(reply).toMatchObject({ bytes: 30, node_information: 'node.lab.' });
    expect(reply).not.toHaveProperty('time');
  });

  it('of errors', () => {
    expect(parseLine(render({ ...NETWORK_ERROR, sequence: null, via: 'raw', badChecksum: true }))).toEqual({
      error: 'Frag needed and DF set (mtu = 1400)',
      type: 'network-error',
      host: '10.77.1.254',
      seq: null,
      icmp_type: 3,
      icmp_code: 4,
      info: 1400,
      via: 'raw',
      errno: 113,
      bad_checksum: true,
      timestamp: 1_795_344_226,
      schema: 1,
    });
    expect(parseLine(render({ ...NETWORK_ERROR, family: 6 }))).toMatchObject({ error: 'Time exceeded: code 4' });
    expect(parseLine(render(LOCAL_ERROR))).toMatchObject({ error: ['local error', 'error 90'], errno: 90, mtu: 1500 });
  });

  it('of a summary: loss as a fraction of a percent, and null where nothing was measured', () => {
    expect(parseLine(render(SUMMARY))).toMatchObject({ loss: 33.3333, time: 401, rtt: { max: '100.000' } });
    expect(parseLine(render(EMPTY_SUMMARY))).toMatchObject({ loss: 0, rtt: null });
    expect(parseLine(render({ ...SUMMARY, transmitted: 2, received: 0, rtt: null }))).toMatchObject({
      loss: 100,
      rtt: null,
    });
  });
});

describe('what is not said', () => {
  it('with -q: all but status and summary', () => {
    const said = CASES.filter(([, event, options]) => render(event, { ...options, quiet: true }) !== '');
    expect(new Set(said.map(([, { type }]) => type))).toEqual(new Set(['status', 'summary']));
  });

  it('without -v: short packets and the identifier', () => {
    expect(render({ type: 'short-packet', source: '10.88.0.64', octets: 4 })).toBe('');
    expect(parseLine(render({ ...REPLY, identifier: 7 }))).not.toHaveProperty('ident');
  });

  it('ever: that a probe was sent', () => {
    expect(render({ type: 'sent', sequence: 1, inFlight: 1, pipe: 0 }, { verbose: true })).toBe('');
  });
});

describe('the events of -j', () => {
  it('are written as a line each, but for those that have none', () => {
    const stdout: string[] = [];
    const refuse = () => expect.unreachable('nothing goes to stderr');
    const output = {
      commandName: 'ping',
      stdout: (text: string) => stdout.push(text),
      stderr: refuse,
      complain: refuse,
    };
    const tell = showEvents(output, true, {
      ...OPTIONS,
      family: 4,
      size: 56,
      precise: false,
      stats: false,
      audible: false,
      timestamps: false,
      flood: false,
      preload: 1,
      manyMayAnswer: false,
      columns: 0,
    });
    tell({ type: 'sent', sequence: 1, inFlight: 1, pipe: 0 });
    tell(REPLY);
    tell(SUMMARY);
    expect(stdout.map(parseLine)).toMatchObject([{ type: 'reply' }, { type: 'summary' }]);
  });
});

describe('the schema', () => {
  it('describes every kind of line, each of which is rendered above', () => {
    const rendered = LINES.map(([, line]) => String(parseLine(line)['type']));
    expect(new Set(KINDS)).toEqual(new Set([...rendered, 'condition', 'error', 'warning', 'version', 'text']));
  });

  it('refuses each of these lines with a member too many', () => {
    for (const [, line] of LINES) expect(fits({ ...parseLine(line), surplus: 1 }), line).toBe(false);
  });

  it('refuses each of these lines with any of its members turned into something else', () => {
    for (const [, line] of LINES) {
      const value = parseLine(line);
      for (const key of Object.keys(value)) {
        for (const nonsense of [{}, [], -1.5, Number.NaN, 'nonsense\n']) {
          // Any text may stand where a text from outside stands, and a time or a loss may be below zero.
          const isText = typeof value[key] === 'string' && typeof nonsense === 'string';
          if (isText && ['host', 'name', 'error', 'node_information'].includes(key)) continue;
          if (['timestamp', 'loss'].includes(key) && typeof nonsense === 'number') continue;
          expect(fits({ ...value, [key]: nonsense }), `${key}: ${String(nonsense)} in ${line}`).toBe(false);
        }
      }
    }
  });

  it('refuses each kind of line without any one of the members that it always has', () => {
    const always = new Map<unknown, Set<string>>();
    for (const [, line] of LINES) {
      const value = parseLine(line);
      const keys = new Set(Object.keys(value));
      const known = always.get(value['type']) ?? keys;
      always.set(value['type'], new Set([...known].filter((key) => keys.has(key))));
    }
    for (const [, line] of LINES) {
      const { ...value } = parseLine(line);
      for (const key of always.get(value['type']) ?? []) {
        const { [key]: _left, ...rest } = value;
        expect(fits(rest), `without ${key}: ${line}`).toBe(false);
      }
    }
  });
});
