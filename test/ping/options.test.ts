import { describe, expect, it } from 'vitest';
import type { ParsedCommand } from '../../src/cli/command.ts';
import {
  DEFAULT_INTERVAL_MS,
  PING_OPTIONS,
  type PingEnvironment,
  type PingOptions,
  parsePing,
  usesIpOptions,
} from '../../src/ping/options.ts';

const ROOT: PingEnvironment = { commandName: 'ping', isRoot: true, posixlyCorrect: false, pointerLookup: undefined };
const USER: PingEnvironment = { ...ROOT, isRoot: false };

function parse(line: string | readonly string[], environment = ROOT): ParsedCommand<PingOptions> {
  return parsePing(typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line, environment);
}

/** The options of a command line that must be right. */
function accept(line: string | readonly string[], environment = ROOT): PingOptions {
  const parsed = parse(line, environment);
  if (parsed.action !== 'run') throw new Error(`${line} was not accepted: ${JSON.stringify(parsed)}`);
  return parsed.options;
}

/** What becomes of a command line that must be wrong: `status message`, or `2 usage: message`. */
function refuse(line: string | readonly string[], environment = ROOT): string {
  const parsed = parse(line, environment);
  if (parsed.action === 'fail') return `${parsed.exitStatus} ${parsed.message}`;
  if (parsed.action === 'usage') return `2 usage: ${parsed.message ?? ''}`;
  throw new Error(`${line} was not refused: ${JSON.stringify(parsed)}`);
}

/** What is printed while the line is read: `out:` or `err:` and the text. */
function noticesOf(line: string | readonly string[]): string[] {
  return parse(line).notices.map(({ stream, text }) => `${stream.slice(3)}: ${text}`);
}

describe('without options', () => {
  it('everything has its default', () => {
    expect(accept('host')).toMatchObject({
      family: null,
      precise: false,
      audible: false,
      adaptive: false,
      broadcast: false,
      stickySource: false,
      count: null,
      connect: false,
      debug: false,
      timestamps: false,
      identifier: null,
      flood: false,
      flowLabel: null,
      forceLookup: false,
      intervalMs: null,
      device: null,
      sourceAddress: null,
      json: false,
      preload: 1,
      noLoopback: false,
      mark: null,
      pmtudisc: null,
      numeric: false,
      nodeQuery: null,
      outstanding: false,
      pattern: null,
      quiet: false,
      tos: null,
      bypassRouting: false,
      recordRoute: false,
      ipTimestamp: null,
      size: 56,
      sndbuf: null,
      ttl: null,
      userLatency: false,
      verbose: false,
      deadlineSeconds: 0,
      timeoutMs: 10_000,
      hops: [],
      destination: 'host',
    });
    expect(noticesOf('host')).toEqual([]);
    expect(DEFAULT_INTERVAL_MS).toBe(1000);
  });
});

describe('flags', () => {
  it.each<[string, keyof PingOptions]>([
    ['-3', 'precise'],
    ['-a', 'audible'],
    ['-A', 'adaptive'],
    ['-b', 'broadcast'],
    ['-B', 'stickySource'],
    ['-C', 'connect'],
    ['-d', 'debug'],
    ['-D', 'timestamps'],
    ['-f', 'flood'],
    ['-H', 'forceLookup'],
    ['-j', 'json'],
    ['-L', 'noLoopback'],
    ['-n', 'numeric'],
    ['-O', 'outstanding'],
    ['-q', 'quiet'],
    ['-r', 'bypassRouting'],
    ['-R', 'recordRoute'],
    ['-U', 'userLatency'],
    ['-v', 'verbose'],
  ])('%s sets %s and nothing else', (flag, key) => {
    expect(accept([flag, 'host'])).toEqual({ ...accept('host'), [key]: true });
  });

  it('may be clustered, with values at the end', () => {
    expect(accept('-nqc3 -i.2 -W.5 host')).toMatchObject({
      numeric: true,
      quiet: true,
      count: 3,
      intervalMs: 200,
      timeoutMs: 500,
    });
  });

  it('have long names that mean the same', () => {
    for (const { long, ...rest } of PING_OPTIONS) {
      if (!('short' in rest) || ['h', 'V'].includes(rest.short)) continue;
      const value = 'argument' in rest ? [VALUES[rest.short] ?? ''] : [];
      expect(accept([`--${long}`, ...value, 'host']), long).toEqual(accept([`-${rest.short}`, ...value, 'host']));
    }
  });

  /** A value that each letter takes. */
  const VALUES: Readonly<Record<string, string>> = {
    ...{ c: '3', e: '7', F: '1', i: '2', I: 'eth0', l: '2', m: '1', M: 'do', N: 'name', p: 'f', Q: '1' },
    ...{ s: '9', S: '9', t: '9', T: 'tsonly', w: '9', W: '9' },
  };
});

describe('whole numbers', () => {
  it.each<[string, keyof PingOptions, number, number]>([
    ['-c', 'count', 1, 2 ** 63],
    ['-e', 'identifier', 0, 65_535],
    ['-l', 'preload', 1, 65_536],
    ['-m', 'mark', 0, 4_294_967_295],
    ['-s', 'size', 0, 2_147_483_647],
    ['-S', 'sndbuf', 1, 2_147_483_647],
    ['-t', 'ttl', 0, 255],
    ['-w', 'deadlineSeconds', 0, 2_147_483_647],
  ])('%s sets %s from %i to %d, and is refused with status 1 outside', (flag, key, minimum, maximum) => {
    const top = maximum === 2 ** 63 ? '9223372036854775807' : String(maximum);
    expect(accept([flag, String(minimum), 'host'])[key]).toBe(minimum);
    expect(accept([flag, top, 'host'])[key]).toBe(maximum);
    for (const outside of [String(minimum - 1), ...(maximum === 2 ** 63 ? [] : [String(maximum + 1)])]) {
      expect(refuse([flag, outside, 'host'])).toBe(
        `1 invalid argument: '${outside}': out of range: ${minimum} <= value <= ${top}`,
      );
    }
    for (const wrong of ['1.1', '0,1', '', 'x', '1x', '0x1']) {
      expect(refuse([flag, wrong, 'host'])).toBe(`1 invalid argument: '${wrong}'`);
    }
    const beyond = '9223372036854775808';
    expect(refuse([flag, beyond, 'host'])).toBe(`1 invalid argument: '${beyond}': Numerical result out of range`);
  });
});

describe('-l', () => {
  it('goes up to 3 for ordinary users', () => {
    expect(accept('-l 3 host', USER).preload).toBe(3);
    expect(refuse('-l 4 host', USER)).toBe('2 cannot set preload to value greater than 3: 4');
    expect(refuse('-l 65536 host', USER)).toBe('2 cannot set preload to value greater than 3: 65536');
    expect(refuse('-l 65537 host', USER)).toMatch(/^1 invalid argument: '65537': out of range/);
    expect(accept('-l 4 host', ROOT).preload).toBe(4);
  });
});

describe('-i', () => {
  it.each([
    ['1', 1000],
    ['0', 0],
    ['-0.0', 0],
    ['.2', 200],
    ['0.0019', 1],
    ['0.002', 2],
    ['1.9999', 1999],
    ['1e1', 10_000],
    ['0x1p-1', 500],
    [' 3', 3000],
    ['2147483.647', 2_147_483_647],
    ['2.2250738585072014e-308', 0], // the smallest number that is not subnormal
  ])('%j is %i ms: cut to whole milliseconds', (value, ms) => {
    expect((accept(['-i', value, 'host']).intervalMs ?? Number.NaN) + 0).toBe(ms);
  });

  it.each(['-1', '-0.001', '2147483.648', '1e10'])('refuses %s with status 2', (value) => {
    expect(refuse(['-i', value, 'host'])).toBe(`2 bad timing interval: ${value}`);
  });

  it.each(['nan', '-nan', 'inf', '-inf', 'infinity', '1e400', '2.225073858507201e-308', '1e-310', '5e-324'])(
    'refuses %s as a number that is none to wait for',
    (value) => {
      expect(refuse(['-i', value, 'host'])).toBe(`2 bad timing interval: ${value}: Numerical result out of range`);
    },
  );

  it('refuses the empty word', () => {
    expect(refuse(['-i', '', 'host'])).toBe('2 bad timing interval: ');
  });

  it.each(['x', '.', '-'])('takes %s for 0 with garbage behind it, as strtod does and iputils was seen to', (value) => {
    expect(accept(['-i', value, 'host']).intervalMs).toBe(0);
    expect(noticesOf(['-i', value, 'host'])[0]).toBe(`err: option argument contains garbage: ${value}`);
  });

  it('warns of garbage behind the number in two lines and goes on', () => {
    expect(accept('-i 1x host').intervalMs).toBe(1000);
    expect(accept('-i 0,5 host').intervalMs).toBe(0);
    expect(noticesOf('-i 1,5 host')).toEqual([
      'err: option argument contains garbage: ,5',
      'err: this will become fatal error in the future',
    ]);
    expect(noticesOf('-i 1.5 host')).toEqual([]);
  });

  it('warns of garbage also behind a number that it refuses', () => {
    // Seen: both lines, and then the refusal.
    expect(refuse('-i 3000000x host')).toBe('2 bad timing interval: 3000000x');
    expect(noticesOf('-i 3000000x host')).toEqual([
      'err: option argument contains garbage: x',
      'err: this will become fatal error in the future',
    ]);
  });
});

describe('-W', () => {
  it.each([
    ['10', 10_000],
    ['0', 0],
    ['0.5', 500],
    ['1.1', 1100],
    ['0.000001', 0.001],
    ['0.0000009', 0],
    ['4294.5', 4_294_500],
  ])('%s is %d ms: cut to whole microseconds', (value, ms) => {
    expect(accept(['-W', value, 'host']).timeoutMs).toBe(ms);
  });

  it.each(['4295', '4295.5', '1e9', '-1', '-0.5'])('refuses %s with status 2', (value) => {
    expect(refuse(['-W', value, 'host'])).toBe(`2 bad linger time: ${value}`);
  });

  it.each(['nan', 'inf', '1e-310'])('refuses %s as a number that is none to wait for', (value) => {
    expect(refuse(['-W', value, 'host'])).toBe(`2 bad linger time: ${value}: Numerical result out of range`);
  });

  it('warns of garbage behind the number in two lines and goes on', () => {
    expect(accept('-W 2s host').timeoutMs).toBe(2000);
    expect(noticesOf('-W 2s host')).toEqual([
      'err: option argument contains garbage: s',
      'err: this will become fatal error in the future',
    ]);
  });
});

describe('-4 and -6', () => {
  it('pick the family, also twice', () => {
    expect([accept('-4 host').family, accept('-6 host').family, accept('-44 host').family]).toEqual([4, 6, 4]);
  });

  it.each(['-4 -6 host', '-64 host', '-46 host'])('exclude each other: %s', (line) => {
    expect(refuse(line)).toBe('2 only one -4 or -6 option may be specified');
  });

  it.each([
    ['ping4', 4],
    ['ping6', 6],
    ['/usr/bin/ping6', 6],
    ['ping', null],
  ] as const)('are preset by the name %s', (commandName, family) => {
    expect(accept('host', { ...ROOT, commandName }).family).toBe(family);
  });

  it("may repeat the command name's family but not contradict it", () => {
    expect(accept('-6 host', { ...ROOT, commandName: 'ping6' }).family).toBe(6);
    expect(refuse('-4 host', { ...ROOT, commandName: 'ping6' })).toBe('2 only one -4 or -6 option may be specified');
    expect(refuse('-6 host', { ...ROOT, commandName: 'ping4' })).toBe('2 only one -4 or -6 option may be specified');
  });
});

describe('-F', () => {
  it.each([
    ['0', 0],
    ['0x12345', 0x12345],
    ['0XFFFFF', 0xfffff],
    ['1048575', 0xfffff],
    ['010', 10],
  ])('%s is the flow label %i', (value, label) => {
    expect(accept(['-F', value, 'host']).flowLabel).toBe(label);
  });

  it.each(['0x100000', '1048576', '99999999999999999999', '-5'])('refuses %s: not within 20 bits', (value) => {
    expect(refuse(['-F', value, 'host'])).toBe(`2 flow value is greater than 20 bits: ${value}`);
  });

  it.each(['x', '12z', '0xg', '1.5'])('refuses %s: not a number', (value) => {
    expect(refuse(['-F', value, 'host'])).toBe(`2 bad value for flowinfo: ${value}`);
  });
});

describe('-Q', () => {
  it.each([
    ['0', 0],
    ['255', 255],
    ['0x10', 16],
    ['0Xff', 255],
    ['08', 8],
  ])('%s is the TOS %i', (value, tos) => {
    expect(accept(['-Q', value, 'host']).tos).toBe(tos);
  });

  it.each([
    ['256', '256'],
    ['0x100', '256'],
  ])('refuses %s: no octet', (value, decimal) => {
    expect(refuse(['-Q', value, 'host'])).toBe(`2 the decimal value of TOS bits must be in range 0-255: ${decimal}`);
  });

  it.each(['x', '1x', '0xg', 'lowdelay'])('refuses %s: not a number', (value) => {
    expect(refuse(['-Q', value, 'host'])).toBe(`2 bad TOS value: ${value}`);
  });
});

describe('-I', () => {
  const octets = (...values: number[]) => Uint8Array.from(values);

  it('takes a word for a device', () => {
    expect(accept('-I eth0 host')).toMatchObject({ device: 'eth0', sourceAddress: null });
    expect(accept('-I eth0.100 host')).toMatchObject({ device: 'eth0.100', sourceAddress: null });
    expect(accept('-I 1.2.3.4.5 host')).toMatchObject({ device: '1.2.3.4.5', sourceAddress: null });
  });

  it('takes an IPv4 address for the source', () => {
    expect(accept('-I 192.0.2.1 host')).toMatchObject({
      device: null,
      sourceAddress: { family: 4, octets: octets(192, 0, 2, 1) },
    });
  });

  it('takes an IPv6 address for the source, and a device behind its %', () => {
    const address = { family: 6, octets: octets(0xfe, 0x80, ...new Array<number>(13).fill(0), 1) };
    expect(accept('-I fe80::1 host')).toMatchObject({ device: null, sourceAddress: address });
    expect(accept('-I fe80::1%eth0 host')).toMatchObject({ device: 'eth0', sourceAddress: address });
  });

  it.each(['fe80::zz', ':', 'eth0:1', 'fe80:::1%eth0'])('refuses %s, which has a colon and is no address', (value) => {
    expect(refuse(['-I', value, 'host'])).toBe(`2 invalid source address: ${value}`);
  });

  it('may be repeated to give both', () => {
    for (const line of ['-I eth0 -I 192.0.2.1 host', '-I 192.0.2.1 -I eth0 host']) {
      expect(accept(line)).toMatchObject({ device: 'eth0', sourceAddress: { family: 4 } });
    }
  });
});

describe('-M', () => {
  it.each([
    // IP_PMTUDISC_ values of ip(7)
    ['dont', 0],
    ['want', 1],
    ['do', 2],
    ['probe', 3],
  ])('%s is IP_PMTUDISC_ %i', (value, strategy) => {
    expect(accept(['-M', value, 'host']).pmtudisc).toBe(strategy);
  });

  it.each(['foo', '', 'DO'])('refuses %j', (value) => {
    expect(refuse(['-M', value, 'host'])).toBe(`2 invalid -M argument: ${value}`);
  });

  it('asks whether a near word was meant', () => {
    expect(refuse(['-M', 'dontx', 'host'])).toBe("2 invalid -M argument: dontx; did you mean 'dont'?");
  });
});

describe('-T and -R', () => {
  it.each(['tsonly', 'tsandaddr', 'tsprespec'])('-T takes %s', (value) => {
    expect(accept(['-T', value, 'host'])).toMatchObject({ ipTimestamp: value, recordRoute: false });
  });

  it.each(['foo', '', 'TSONLY'])('-T refuses %j', (value) => {
    expect(refuse(['-T', value, 'host'])).toBe(`2 invalid timestamp type: ${value}`);
  });

  it.each(['-R -T tsonly host', '-T tsonly -R host'])('exclude each other: %s', (line) => {
    expect(refuse(line)).toBe('2 only one of -T or -R may be used');
  });
});

describe('-N', () => {
  const query = (...values: string[]) => accept([...values.flatMap((value) => ['-N', value]), 'host']).nodeQuery;

  it.each([
    // RFC 4620 section 5: qtype 2 node name, 3 IPv6 addresses, 4 IPv4 addresses; flags as the specification has them.
    ['name', 2, 0],
    ['fqdn', 2, 0],
    ['ipv6', 3, 0],
    ['ipv6-all', 3, 0x0002],
    ['ipv6-compatible', 3, 0x0004],
    ['ipv6-linklocal', 3, 0x0008],
    ['ipv6-sitelocal', 3, 0x0010],
    ['ipv6-global', 3, 0x0020],
    ['ipv4', 4, 0],
    ['ipv4-all', 4, 0x0002],
  ])('%s asks for type %i with flags %i, about the destination', (value, qtype, flags) => {
    expect(query(value)).toEqual({ qtype, flags, subject: null });
  });

  it('may be repeated: kinds of addresses add up', () => {
    expect(query('ipv6-linklocal', 'ipv6-global')).toMatchObject({ qtype: 3, flags: 0x0028 });
    expect(query('name', 'fqdn')).toMatchObject({ qtype: 2 });
  });

  it('may name another subject', () => {
    expect(query('name', 'subject-ipv6=fd88::99')?.subject).toEqual({ kind: 'ipv6', address: 'fd88::99' });
    expect(query('name', 'subject-ipv4=192.0.2.1')?.subject).toEqual({ kind: 'ipv4', address: '192.0.2.1' });
    expect(query('ipv6', 'subject-name=Node.Lab')?.subject).toEqual({
      kind: 'name',
      name: { labels: ['node', 'lab'], fullyQualified: true },
    });
    expect(query('ipv6', 'subject-name=node')?.subject).toMatchObject({ name: { fullyQualified: false } });
    expect(query('ipv6', 'subject-fqdn=node')?.subject).toMatchObject({ name: { fullyQualified: true } });
  });

  it.each([
    ['of two kinds of questions', ['name', 'ipv4'], 'out: Qtype conflict\n'],
    ['of two kinds of subjects', ['subject-ipv4=192.0.2.1', 'subject-ipv6=::1'], 'out: Subject type conflict\n'],
  ])('tells a conflict %s on stdout, and then shows the list with status 2', (_what, values, notice) => {
    const line = [...values.flatMap((value) => ['-N', value]), 'host'];
    expect(refuse(line)).toBe('2 usage: ');
    expect(noticesOf(line)).toEqual([notice]);
    expect(parse(line)).toMatchObject({ text: helpText() });
  });

  it.each(['foo', '', 'NAME', 'ipv6-', 'subject-foo=x'])('answers %j with the list and status 2', (value) => {
    expect(refuse(['-N', value, 'host'])).toBe('2 usage: ');
    expect(noticesOf(['-N', value, 'host'])).toEqual([]);
    expect(parse(['-N', value, 'host'])).toMatchObject({ text: helpText() });
  });

  it('refuses a name that no name can be', () => {
    expect(refuse(['-N', 'subject-name=a..b', 'host'])).toBe('2 inappropriate subject name: a..b');
    const long = 'a'.repeat(64);
    expect(refuse(['-N', `subject-name=${long}`, 'host'])).toBe(`2 inappropriate subject name: ${long}`);
  });

  /** What `-N help` prints, which needs no destination. */
  function helpText(): string {
    const parsed = parse('-N help');
    if (parsed.action !== 'print') throw new Error(`-N help: ${JSON.stringify(parsed)}`);
    return parsed.text;
  }

  it('help prints the list and needs no destination', () => {
    expect(helpText()).toMatch(/^ping -6 -N <nodeinfo opt>\nHelp:\n.*\nQuery:\n.*\nSubject:\n.*\n$/s);
    for (const word of ['help', 'name', 'ipv6-global', 'ipv4-all', 'subject-ipv6=', 'subject-fqdn=']) {
      expect(helpText()).toContain(`  ${word}`);
    }
  });
});

describe('--backend', () => {
  it('takes the name of one, and no other word', () => {
    expect([accept('--backend addon host').backend, accept('--backend=raw-socket host').backend]).toEqual([
      'addon',
      'raw-socket',
    ]);
    expect(accept('host').backend).toBeNull();
    expect(refuse('--backend raw host')).toBe(
      "2 invalid --backend argument: raw (addon or raw-socket); did you mean 'raw-socket'?",
    );
  });
});

describe('IP options', () => {
  it('are in use with -R, -T or a hop, and not otherwise', () => {
    const uses = (line: string) => usesIpOptions(accept(line));
    expect(['-R host', '-T tsonly host', 'hop host'].map(uses)).toEqual([true, true, true]);
    expect(['host', '-r host'].map(uses)).toEqual([false, false]);
  });
});

describe('-p', () => {
  const pattern = (value: string) => Buffer.from(accept(['-q', '-p', value, 'host']).pattern ?? []).toString('hex');

  it.each([
    ['ff', 'ff'],
    ['f', '0f'],
    ['abc', 'ab0c'],
    ['DeadBeef', 'deadbeef'],
    ['0102030405060708090a0b0c0d0e0f10', '0102030405060708090a0b0c0d0e0f10'],
    ['0102030405060708090a0b0c0d0e0f1', '0102030405060708090a0b0c0d0e0f01'],
    ['0102030405060708090a0b0c0d0e0f1011', '0102030405060708090a0b0c0d0e0f10'],
  ])('%s is the octets %s: pairs, an odd last digit by itself, sixteen at most', (value, hex) => {
    expect(pattern(value)).toBe(hex);
  });

  it.each([
    ['zz', 'zz'],
    ['12zz', 'zz'],
    ['0x12', 'x12'],
    ['1 2', ' 2'],
    ['é', 'é'],
    ['0102030405060708090a0b0c0d0e0f10zz', 'zz'],
  ])('refuses %j and shows it from the bad character on', (value, rest) => {
    expect(refuse(['-p', value, 'host'])).toBe(`2 patterns must be specified as hex digits: ${rest}`);
  });

  it('is shown on stdout, two digits an octet, unless -q came before it', () => {
    expect(noticesOf('-p abc host')).toEqual(['out: PATTERN: 0xab0c\n']);
    expect(noticesOf('-p f -q host')).toEqual(['out: PATTERN: 0x0f\n']);
    expect(noticesOf('-q -p f host')).toEqual([]);
  });

  it('does not make -pff a flood', () => {
    expect(accept('-pff host')).toMatchObject({ flood: false, pattern: Uint8Array.of(0xff) });
  });
});

describe('-n and -H', () => {
  it('undo each other: the last one counts', () => {
    expect(accept('-H -n host')).toMatchObject({ numeric: true, forceLookup: false });
    expect(accept('-n -H host')).toMatchObject({ numeric: false, forceLookup: true });
    expect(accept('-nHn host')).toMatchObject({ numeric: true, forceLookup: false });
  });

  it('start as if -n had been given where IPUTILS_PING_PTR_LOOKUP is 0, and only there', () => {
    const environment = (pointerLookup: string) => ({ ...ROOT, pointerLookup });
    expect(accept('host', environment('0')).numeric).toBe(true);
    expect(accept('-H host', environment('0'))).toMatchObject({ numeric: false, forceLookup: true });
    expect(accept('host', environment('1')).numeric).toBe(false);
  });
});

describe('-V', () => {
  it('needs no destination, and waits until the whole line was right', () => {
    expect(parse('-V').action).toBe('version');
    expect(parse('-nVq host').action).toBe('version');
    expect(refuse('-V -c x')).toBe("1 invalid argument: 'x'");
    expect(refuse('-V -Z')).toBe("2 usage: invalid option -- 'Z'");
  });
});

describe('-j', () => {
  it('counts wherever it stands, also on a line that is wrong', () => {
    for (const line of ['-j host', 'host -qj', '-c x -j host', '-Vj', '-Z -j', '-jh'])
      expect(parse(line).json).toBe(true);
    for (const line of ['host', '-V', '-c x', '-- -j', '-I -j host']) expect(parse(line).json).toBe(false);
  });
});

describe('-h and -?', () => {
  it('ask for the usage and for no complaint, with status 2', () => {
    expect(refuse('-h')).toBe('2 usage: ');
    expect(refuse('-nh host')).toBe('2 usage: ');
  });

  it('are the same, because getopt knows both', () => {
    expect(refuse('-?')).toBe('2 usage: ');
  });
});

describe('what is wrong first', () => {
  it.each([
    ['-c x -Z host', "1 invalid argument: 'x'"],
    ['-Z -c x host', "2 usage: invalid option -- 'Z'"],
    ['-h -c x host', '2 usage: '],
    ['-c x -h host', "1 invalid argument: 'x'"],
    ['-i -1 -M foo host', '2 bad timing interval: -1'],
    ['-M foo -i -1 host', '2 invalid -M argument: foo'],
    ['-4 -6 -c x host', '2 only one -4 or -6 option may be specified'],
    ['-c x', "1 invalid argument: 'x'"],
    ['host -c x', "1 invalid argument: 'x'"],
    ['-nqc', "2 usage: option requires an argument -- 'c'"],
    ['-c 0 -w', "1 invalid argument: '0': out of range: 1 <= value <= 9223372036854775807"],
    ['--count', "2 usage: option '--count' requires an argument"],
  ])('is told: %s', (line, refusal) => {
    expect(refuse(line)).toBe(refusal);
  });

  it('does not hold back what an earlier option prints', () => {
    expect(noticesOf('-p 12 -c x host')).toEqual(['out: PATTERN: 0x12\n']);
    expect(noticesOf('-i 1x -p f -Z host')).toEqual([
      'err: option argument contains garbage: x',
      'err: this will become fatal error in the future',
      'out: PATTERN: 0x0f\n',
    ]);
    expect(noticesOf('-c x -p 12 host')).toEqual([]);
  });
});

describe('operands', () => {
  it('must be there', () => {
    for (const line of ['', '-n', '-c 3', '--']) {
      expect(refuse(line)).toBe('2 usage error: Destination address required');
    }
  });

  it('may be anything, the empty word and dashes behind -- included', () => {
    expect(accept(['']).destination).toBe('');
    expect(accept(['-I', 'eth0', '--', '-h']).destination).toBe('-h');
    expect(accept('-c 3 1.10').destination).toBe('1.10');
    expect(accept('host -c 3 -q')).toMatchObject({ destination: 'host', count: 3, quiet: true });
  });

  it('are what follows the first one under POSIXLY_CORRECT, options too', () => {
    const options = accept('-q hop -c', { ...ROOT, posixlyCorrect: true });
    expect(options).toMatchObject({ hops: ['hop'], destination: '-c', count: null });
  });

  const hops = (count: number) => Array.from({ length: count }, (_, index) => `192.0.2.${index + 1}`);

  it('before the last are hops of a source route, ten in all at most', () => {
    expect(accept(hops(10))).toMatchObject({ hops: hops(9), destination: '192.0.2.10' });
    expect(refuse(hops(11))).toBe('2 usage: ');
  });

  it('with -T tsprespec are those who shall stamp, five in all at most', () => {
    expect(accept(['-T', 'tsprespec', ...hops(5)])).toMatchObject({ hops: hops(4), destination: '192.0.2.5' });
    expect(refuse(['-T', 'tsprespec', ...hops(6)])).toBe('2 usage: ');
  });

  it.each([['-R'], ['-T', 'tsonly'], ['-T', 'tsandaddr'], ['-6']])('are one with %s %s', (...flags) => {
    expect(accept([...flags, 'host']).hops).toEqual([]);
    expect(refuse([...flags, ...hops(2)])).toBe('2 usage: ');
  });
});

describe('the table', () => {
  it('has every letter of ping(8), with an argument exactly where ping(8) has one', () => {
    const letters = PING_OPTIONS.flatMap((spec) =>
      'short' in spec ? [`${spec.short}${'argument' in spec ? ':' : ''}`] : [],
    );
    // The getopt string of spec section 1.2, `?` aside.
    const expected = 'h 4 b R T: 6 F: N: 3 a A B c: C d D e: f H i: I: j l: L m: M: n O p: q Q: r s: S: t: U v V w: W:';
    expect([...letters].sort()).toEqual(expected.split(' ').sort());
  });
});
