import { describe, expect, it } from 'vitest';
import { SetupError } from '../../src/cli/errors.ts';
import type { NativeAddon } from '../../src/net/native.ts';
import { ProcessSignals } from '../../src/net/signals.ts';
import { internetChecksum } from '../../src/packet/checksum.ts';
import type { PingBackend, Session } from '../../src/ping/backend.ts';
import { loadBackend } from '../../src/ping/load-backend.ts';
import { parsePing } from '../../src/ping/options.ts';
import { rawSocketBackend } from '../../src/ping/raw-socket-backend.ts';
import { runPing } from '../../src/ping/run.ts';
import { FakeModule, type FakeRawSocket } from '../net/raw-socket-port-fake.ts';

const IPV4 = 1;
const IPV6 = 2;
const NO_PRIVILEGE = 'Operation not permitted';

/** Opens a session as `ping` with these arguments would, on a fake package. */
async function open(args: string, module = new FakeModule(), isRoot = true) {
  const parsed = parsePing(args.split(' '), {
    commandName: 'ping',
    isRoot,
    posixlyCorrect: false,
    pointerLookup: undefined,
  });
  if (parsed.action !== 'run') throw new Error(`ping ${args} does not run: ${JSON.stringify(parsed)}`);
  const warnings: string[] = [];
  const warn = (text: string) => warnings.push(text);
  const outcome = await rawSocketBackend(module)
    .openSession({ options: parsed.options, isRoot, console: { warn, remark: warn } })
    .catch((error: unknown) => {
      if (!(error instanceof SetupError)) throw error;
      return error;
    });
  const failure = outcome instanceof SetupError ? outcome.message : null;
  const session = outcome instanceof SetupError ? null : outcome;
  return { session, failure, warnings, sockets: module.sockets, module };
}

/** The socket options that a session has set, without the buffers, which every session sets, and the filter. */
function optionsOf(socket: FakeRawSocket | undefined): Record<string, number | string> {
  const {
    '1/7': _send,
    '1/8': _receive,
    '255/1': _icmp,
    '58/1': _icmp6,
    ...rest
  } = Object.fromEntries(socket!.options);
  return rest;
}

describe('what the raw-socket backend cannot do', () => {
  it.each([
    ['-B 127.0.0.1', '-B (--sticky-source)'],
    ['-C 127.0.0.1', '-C (--connect)'],
    ['-F 5 ::1', '-F (--flow-label)'],
    ['-I 127.0.0.1 127.0.0.1', '-I (--interface) with an address'],
    ['-I ::1%lo ::1', '-I (--interface) with an address'],
    ['127.0.0.2 127.0.0.1', '<hop>'],
    ['-T tsprespec 127.0.0.2 127.0.0.1', '<hop>'],
    ['--method udp 127.0.0.1', '--method udp'],
    ['--method tcp 127.0.0.1', '--method tcp'],
    [
      '-CB -I 127.0.0.1 -F 0 ::1',
      '-B (--sticky-source), -C (--connect), -F (--flow-label), -I (--interface) with an address',
    ],
  ])('is refused by name in one line, and nothing is opened: ping %s', async (args, names) => {
    const { failure, sockets } = await open(args);
    expect(failure).toBe(`the raw-socket backend cannot do: ${names}`);
    expect(sockets).toEqual([]);
  });

  it('is explained where nobody asked for this backend', async () => {
    const parsed = parsePing(['-B', '127.0.0.1'], {
      commandName: 'ping',
      isRoot: true,
      posixlyCorrect: false,
      pointerLookup: undefined,
    });
    if (parsed.action !== 'run') throw new Error('it should run');
    const backend = rawSocketBackend(new FakeModule(), 'the native addon is not built');
    const request = { options: parsed.options, isRoot: true, console: { warn: () => {}, remark: () => {} } };
    await expect(backend.openSession(request)).rejects.toThrow(
      new SetupError('the raw-socket backend cannot do: -B (--sticky-source); the native addon is not built'),
    );
  });

  it('is not more than that: all other options pass together', async () => {
    const all =
      '-34aAbDdfHLnOqRrUv -c 3 -e 7 -i 1 -I lo -l 2 -m 5 -M do -N name -p ff -Q 4 -s 20 -S 9000 -t 9 -w 5 -W 2 --backend raw-socket 127.0.0.1';
    expect(await open(all)).toMatchObject({ failure: null });
  });
});

describe('sockets', () => {
  it('are opened for both families, and the one that is not needed is closed', async () => {
    const { session, sockets, module } = await open('127.0.0.1');
    expect(module.requests.map(({ addressFamily, protocol }) => [addressFamily, protocol])).toEqual([
      [IPV4, 1],
      [IPV6, 58],
    ]);
    expect(sockets.map(({ closings }) => closings)).toEqual([0, 1]);
    session!.port.close();
    expect(sockets.map(({ closings }) => closings)).toEqual([1, 1]);
  });

  it.each([
    ['-4 127.0.0.1', IPV4],
    ['-6 ::1', IPV6],
  ])('are opened for one family only where one is asked for: ping %s', async (args, family) => {
    expect((await open(args)).module.requests.map(({ addressFamily }) => addressFamily)).toEqual([family]);
  });

  it('are all closed when the session does not come to be', async () => {
    const { failure, sockets } = await open('-t 5 -4 ::1');
    expect(failure).toBe('::1: Address family for hostname not supported');
    expect(sockets.map(({ closings }) => closings)).toEqual([1]);
  });

  it('that nobody may open are one message with what mends it', async () => {
    const module = new FakeModule();
    module.refusals.set(IPV4, NO_PRIVILEGE).set(IPV6, NO_PRIVILEGE);
    expect((await open('127.0.0.1', module)).failure).toBe(
      `socket: Operation not permitted (ICMP refused: SOCK_RAW for want of CAP_NET_RAW)\n=> as root: setcap cap_net_raw+ep ${process.execPath}`,
    );
  });

  it('of one family may be missing until that family is needed', async () => {
    const module = new FakeModule();
    module.refusals.set(IPV6, 'Address family not supported by protocol');
    expect(await open('127.0.0.1', module)).toMatchObject({ failure: null, warnings: [] });
    expect((await open('::1', module)).failure).toBe(
      'socket: Address family not supported by protocol (ICMPv6 refused: SOCK_RAW by the kernel (EAFNOSUPPORT))',
    );
  });

  it('are told of with -v, as far as is known', async () => {
    const module = new FakeModule();
    module.refusals.set(IPV6, NO_PRIVILEGE);
    expect((await open('-v -e 0 127.0.0.1', module)).warnings).toEqual([
      'WARNING: ident 0 => forcing raw socket',
      'sock4.fd: ? (socktype: SOCK_RAW), sock6.fd: -1 (socktype: 0), hints.ai_family: AF_UNSPEC',
      "ai->ai_family: AF_INET, ai->ai_canonname: '127.0.0.1'",
    ]);
  });
});

describe('socket options', () => {
  it('are left to the kernel where nothing is asked for', async () => {
    expect(optionsOf((await open('127.0.0.1')).sockets[0])).toEqual({});
    expect(optionsOf((await open('::1')).sockets[1])).toEqual({});
  });

  // Level and name by number, as in <asm-generic/socket.h>, <linux/in.h>, <linux/in6.h>.
  it.each([
    ['-t 9 127.0.0.1', { '0/33': 9, '0/2': 9 }],
    ['-t 9 ::1', { '41/18': 9, '41/16': 9 }],
    ['-Q 0x10 127.0.0.1', { '0/1': 16 }],
    ['-Q 0x10 ::1', { '41/67': 16 }],
    ['-M do 127.0.0.1', { '0/10': 2 }],
    ['-M dont ::1', { '41/23': 0 }],
    ['-M probe ::1', { '41/23': 3 }],
    ['-L 127.0.0.1', { '0/34': 0 }],
    ['-L ::1', { '41/19': 0 }],
    ['-r 127.0.0.1', { '1/5': 1 }],
    ['-d 127.0.0.1', { '1/1': 1 }],
    ['-m 4294967295 127.0.0.1', { '1/36': 4_294_967_295 }],
    ['-I lo 127.0.0.1', { '1/25': '6c6f00' }],
    ['-R 127.0.0.1', { '0/4': `0107270400000000${'00'.repeat(32)}` }],
    ['-T tsonly 127.0.0.1', { '0/4': `44280500${'00'.repeat(36)}` }],
    ['-T tsandaddr 127.0.0.1', { '0/4': `44240501${'00'.repeat(32)}` }],
    ['-T tsprespec 127.0.0.1', {}],
    ['-R ::1', {}],
  ])('are those of ping %s', async (args, expected) => {
    const { sockets, failure } = await open(args);
    expect(failure).toBeNull();
    expect(optionsOf(sockets[args.endsWith('::1') ? 1 : 0])).toEqual(expected);
  });

  it('make room for as many replies as there may be under way', async () => {
    // 64 octets and one piece of 20 + 16 + 64 + 160 octets of overhead.
    expect(Object.fromEntries((await open('127.0.0.1')).sockets[0]!.options)).toMatchObject({
      '1/7': 324,
      '1/8': 262_144,
    });
    expect(Object.fromEntries((await open('-l 2000 -S 5000 127.0.0.1')).sockets[0]!.options)).toMatchObject({
      '1/7': 5000,
      '1/8': 648_000,
    });
  });

  it('let replies and errors through and nothing else', async () => {
    // Types 0, 3, 4, 5, 11 and 12; and 1 to 4 and 129.
    expect((await open('127.0.0.1')).sockets[0]!.options.get('255/1')).toBe('c6e7ffff');
    expect((await open('::1')).sockets[1]!.options.get('58/1')).toBe(
      `e1ffffff${'ffffffff'.repeat(3)}fdffffff${'ffffffff'.repeat(3)}`,
    );
  });

  it.each([
    ['-t 0 127.0.0.1', '0/2', 'cannot set unicast time-to-live: Invalid argument'],
    ['-t 0 ::1', '41/16', 'cannot set unicast hop limit: Invalid argument'],
    ['-Q 1 127.0.0.1', '0/1', 'error setting QOS sockopts: Invalid argument'],
    ['-M do 127.0.0.1', '0/10', 'IP_MTU_DISCOVER: Invalid argument'],
    ['-R 127.0.0.1', '0/4', 'record route: Invalid argument'],
    ['-T tsonly 127.0.0.1', '0/4', 'ts option: Invalid argument'],
    ['-S 1 127.0.0.1', '1/7', 'setsockopt: Invalid argument'],
  ])('that the kernel refuses end it: ping %s', async (args, option, message) => {
    const module = new FakeModule();
    module.onOpen = (socket) => socket.refusedOptions.set(option, 'Invalid argument');
    const { failure, sockets } = await open(args, module);
    expect(failure).toBe(message);
    expect(sockets.map(({ closings }) => closings)).toEqual([1, 1]);
  });

  it('for a mark are a wish', async () => {
    const module = new FakeModule();
    module.onOpen = (socket) => socket.refusedOptions.set('1/36', NO_PRIVILEGE);
    expect(await open('-m 7 127.0.0.1', module)).toMatchObject({
      failure: null,
      warnings: [
        'WARNING: failed to set mark: 7: Operation not permitted',
        '=> missing cap_net_admin+p or cap_net_raw+p (since Linux 5.17) capability?',
      ],
    });
  });

  it('for debugging fail silently', async () => {
    const module = new FakeModule();
    module.onOpen = (socket) => socket.refusedOptions.set('1/1', 'Permission denied');
    expect(await open('-d 127.0.0.1', module)).toMatchObject({ failure: null, warnings: [] });
  });

  it.each([
    ['-I nosuch 127.0.0.1', 'No such device', 'SO_BINDTODEVICE nosuch: No such device'],
    ['-I nosuch ::1', 'No such device', 'unknown iface: nosuch'],
    ['-I lo ::1', NO_PRIVILEGE, 'SO_BINDTODEVICE lo: Operation not permitted'],
  ])('for a device must be had: ping %s', async (args, words, message) => {
    const module = new FakeModule();
    module.onOpen = (socket) => socket.refusedOptions.set('1/25', words);
    expect((await open(args, module)).failure).toBe(message);
  });
});

describe('a session', () => {
  const shown = (session: Session | null) => ({
    family: session?.family,
    host: session?.host,
    targetText: session?.targetText,
    shownTarget: session?.shownTarget,
    sourceText: session?.sourceText,
    isLiteral: session?.isLiteral,
  });

  it.each([
    ['127.0.0.1', 4, '127.0.0.1', '127.0.0.1'],
    ['127.1', 4, '127.0.0.1', '127.0.0.1'],
    ['0', 4, '127.0.0.1', '127.0.0.1'],
    ['-I lo 127.0.0.1', 4, '127.0.0.1', '127.0.0.1'],
    ['::1', 6, '::1', '::1'],
    ['0:0::0:1', 6, '::1', '::1'],
    ['::1%lo', 6, '::1%lo', '::1'],
  ])('knows target and source: ping %s', async (args, family, target, source) => {
    const { session, failure } = await open(args);
    expect(failure).toBeNull();
    expect(shown(session)).toEqual({
      family,
      host: args.split(' ').at(-1),
      targetText: target,
      shownTarget: target,
      sourceText: source,
      isLiteral: true,
    });
  });

  it('has the process for an identifier unless -e gives one', async () => {
    const pid = process.pid & 0xffff;
    expect((await open('127.0.0.1')).session).toMatchObject({ identifier: pid, shownIdentifier: pid });
    expect((await open('-e 7 127.0.0.1')).session).toMatchObject({ identifier: 7, shownIdentifier: 7 });
    expect((await open('-e 0 127.0.0.1')).session).toMatchObject({ identifier: 0, shownIdentifier: 0 });
  });

  it('asks for node information only over IPv6', async () => {
    expect((await open('-N name 127.0.0.1')).session).toMatchObject({ isNodeQuery: false });
    const { session } = await open('-N name ::1');
    expect(session).toMatchObject({ isNodeQuery: true, port: { protocol: { replyType: 140 } } });
  });

  it.each([
    ['::1%nosuch', '::1%nosuch: Name or service not known'],
    ['-4 ::1', '::1: Address family for hostname not supported'],
    ['-6 127.0.0.1', '127.0.0.1: Address family for hostname not supported'],
  ])('does not come to be for ping %s', async (args, message) => {
    expect((await open(args)).failure).toBe(message);
  });

  it('holds users who ask many to one probe a second, without fragments', async () => {
    expect((await open('-i 0.5 -I lo 224.0.0.1', undefined, false)).failure).toBe(
      'minimal interval for broadcast ping for user must be >= 1000 ms, use -i 1 (or higher)',
    );
    expect((await open('-M dont -I lo ff02::1', undefined, false)).failure).toBe('multicast ping does not fragment');
    const { sockets } = await open('-I lo ff02::1', undefined, false);
    expect(sockets[1]!.options.get('41/23')).toBe(2);
  });
});

/** The request as the host that it went to would answer it. */
function answerTo(request: Uint8Array): Uint8Array {
  const reply = request.slice();
  reply.set([0, 0, 0, 0], 0);
  const checksum = internetChecksum(reply);
  reply.set([checksum >> 8, checksum & 0xff], 2);
  const header = Uint8Array.of(0x45, 0, 0, 0, 0, 0, 0, 0, 57, 1, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1);
  return Uint8Array.of(...header, ...reply);
}

/** Runs `ping` to its end against a host that answers from the event loop, as the kernel would. */
async function run(args: string, onSend: (socket: FakeRawSocket, request: Uint8Array) => void) {
  const module = new FakeModule();
  module.onOpen = (socket) => {
    const { send } = socket.wrap;
    socket.wrap.send = (buffer, offset, octets, address, sent) => {
      send(buffer, offset, octets, address, sent);
      onSend(socket, socket.sent.at(-1)!.octets);
    };
  };
  const written = { stdout: '', stderr: '' };
  const io = {
    commandName: 'ping',
    env: {},
    signals: new ProcessSignals(),
    stdout: (text: string) => {
      written.stdout += text;
    },
    stderr: (text: string) => {
      written.stderr += text;
    },
    complain: (message: string) => {
      written.stderr += `ping: ${message}\n`;
    },
  };
  const status = await runPing(args.split(' '), io, () => Promise.resolve(rawSocketBackend(module)));
  return { status, ...written, sockets: module.sockets };
}

const answering = (socket: FakeRawSocket, request: Uint8Array) => {
  setImmediate(() => socket.arrive(answerTo(request), '127.0.0.1'));
};

describe('a run', () => {
  it('prints replies and statistics, and leaves nothing open', async () => {
    const { status, stdout, stderr, sockets } = await run('-c 3 -i 0.01 127.0.0.1', answering);
    expect(stderr).toBe('');
    expect(stdout.replace(/[\d.]+ ms/g, 'T ms').replace(/[\d./]+ ms$/m, 'T ms')).toMatch(
      /^PING 127\.0\.0\.1 \(127\.0\.0\.1\) 56\(84\) bytes of data\.\n(64 bytes from 127\.0\.0\.1: icmp_seq=\d ttl=57 time=T ms\n){3}\n--- 127\.0\.0\.1 ping statistics ---\n3 packets transmitted, 3 received, 0% packet loss, time \d+ms\n/,
    );
    expect(status).toBe(0);
    expect(sockets.map(({ closings }) => closings)).toEqual([1, 1]);
  });

  it('says that both stamps are of user space', async () => {
    const { stdout } = await run('-j -c 1 127.0.0.1', answering);
    const [reply] = stdout.split('\n').map((line) => (line === '' ? null : JSON.parse(line)));
    expect(reply).toMatchObject({ type: 'reply', stamps: { transmit: 'user', receive: 'user' } });
  });

  it('lets the event loop deliver, however tight it is', async () => {
    const startedAt = performance.now();
    const { stdout, status } = await run('-q -A -c 200 127.0.0.1', answering);
    expect(stdout).toContain('200 packets transmitted, 200 received, 0% packet loss');
    expect(status).toBe(0);
    // A loop that waits in the kernel would give the event loop a turn every 10 ms only.
    expect(performance.now() - startedAt).toBeLessThan(200 * 10);
  });

  it('tells at once of a send that is refused', async () => {
    const { stdout, stderr, status } = await run('-c 1 -W 0.05 127.0.0.1', () => {
      throw new Error('Network is unreachable');
    });
    expect(stderr).toBe('ping: sendmsg: Network is unreachable\n');
    expect(stdout).toContain('1 packets transmitted, 0 received, 100% packet loss');
    expect(status).toBe(1);
  });

  it('shows an ICMP error about a probe in the form of the error queue and counts it, and nothing for another one', async () => {
    const { stdout } = await run('-c 1 -W 1 127.0.0.1', (socket, request) => {
      const quote = Uint8Array.of(0x45, 0, 0, 84, 0, 0, 0, 0, 1, 1, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1, ...request);
      for (const identifier of [0, 1]) {
        const message = Uint8Array.of(11, 0, 0, 0, 0, 0, 0, 0, ...quote.subarray(0, 28));
        // First about a stranger's probe.
        if (identifier === 0) message[8 + 20 + 4]! ^= 0xff;
        const checksum = internetChecksum(message);
        message.set([checksum >> 8, checksum & 0xff], 2);
        const header = Uint8Array.of(0x45, 0, 0, 0, 0, 0, 0, 0, 64, 1, 0, 0, 10, 77, 1, 254, 127, 0, 0, 1);
        setImmediate(() => socket.arrive(Uint8Array.of(...header, ...message), '10.77.1.254'));
      }
    });
    expect(stdout.match(/^From .*$/gm)).toEqual(['From 10.77.1.254 icmp_seq=1 Time to live exceeded']);
    expect(stdout).toContain('1 packets transmitted, 0 received, +1 errors, 100% packet loss');
  });
});

describe('which backend is loaded', () => {
  const rawSocket = {} as PingBackend;
  const noAddon = (code: string, message: string) => () => {
    throw Object.assign(new Error(message), { code });
  };
  const missing = noAddon('ERR_SONDE_ADDON_MISSING', 'the native addon is not built: run `npm run build`');
  const works = () => ({ readClocks: () => {}, interfaces: () => [] }) as unknown as NativeAddon;
  const noRawSocket = () => Promise.reject(new Error('the npm package raw-socket is not installed'));

  it('is the addon where it loads', async () => {
    const backend = await loadBackend(null, { addon: works, rawSocket: noRawSocket });
    expect(backend.name).toBe('addon');
  });

  it.each([
    ['not built', missing, 'the native addon is not built: run `npm run build`'],
    [
      'for another machine',
      noAddon('ERR_DLOPEN_FAILED', '/x/sonde.node:\n wrong ELF class'),
      'the native addon does not load: /x/sonde.node: wrong ELF class',
    ],
  ])('is raw-socket where the addon is %s, and it knows why', async (_what, addon, why) => {
    let told: string | null = null;
    const loaded = await loadBackend(null, {
      addon,
      rawSocket: (whyNotAddon) => {
        told = whyNotAddon;
        return Promise.resolve(rawSocket);
      },
    });
    expect(loaded).toBe(rawSocket);
    expect(told).toBe(why);
  });

  it('is the one that is asked for, or none', async () => {
    const addon = () => expect.unreachable('nobody asked for the addon');
    const loaders = { addon, rawSocket: () => Promise.resolve(rawSocket) };
    expect(await loadBackend('raw-socket', loaders)).toBe(rawSocket);
    await expect(loadBackend('raw-socket', { addon, rawSocket: noRawSocket })).rejects.toThrow(
      new SetupError('the npm package raw-socket is not installed'),
    );
    await expect(loadBackend('addon', { ...loaders, addon: missing })).rejects.toThrow(
      new SetupError('the native addon is not built: run `npm run build`'),
    );
  });

  it('is none where neither loads, and one line says what mends both', async () => {
    await expect(loadBackend(null, { addon: missing, rawSocket: noRawSocket })).rejects.toThrow(
      new SetupError(
        'no backend loads: the native addon is not built: run `npm run build`; the npm package raw-socket is not installed',
      ),
    );
  });

  it('is not decided by a bug of the addon', async () => {
    const addon = () => {
      throw new TypeError('addon.useLocale is not a function');
    };
    await expect(loadBackend(null, { addon, rawSocket: noRawSocket })).rejects.toThrow(TypeError);
  });
});
