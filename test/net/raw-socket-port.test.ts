import { describe, expect, it } from 'vitest';
import { Clock } from '../../src/net/clock.ts';
import { IcmpSocketRefused } from '../../src/net/icmp-socket.ts';
import type { IncomingPacket, PortHandler, QueuedError } from '../../src/net/port.ts';
import { strerror } from '../../src/net/portable-errors.ts';
import {
  loadRawSocket,
  openRawSocket,
  passTypes,
  RawSocketPort,
  type RawSocketPortOptions,
  setRawOption,
} from '../../src/net/raw-socket-port.ts';
import { hex, toHex } from '../packet/support.ts';
import { FakeModule, FakeRawSocket, NOTHING_WAITS } from './raw-socket-port-fake.ts';

/** Captured in the lab: 10.77.3.2's reply to `ping -e 4660 -s 8 -p ff`, identifier 0x1234, sequence 1. */
const REPLY = hex('45000024275200003e013ceb0a4d03020a4d0101 0000edca12340001ffffffffffffffff');
/** The same without its IP header, as a raw IPv6 socket gets it. */
const REPLY6 = hex('8100718912340001ffffffffffffffff');
/** Captured in the lab: R1 says that the TTL of the request with sequence 1 was exceeded. */
const TIME_EXCEEDED = hex(
  '45c00040805400004001e2100a4d01fe0a4d0101 0b00f4ff00000000' +
    '45000024256c400001013bd10a4d01010a4d0302 0800e5ca12340001ffffffffffffffff',
);
/** Captured in the lab, without its IP header: R1 says the same of an ICMPv6 request. */
const TIME_EXCEEDED6 = hex(
  '0300c8e000000000 60009dec00103a01fd770001000000000000000000000001fd770003000000000000000000000002' +
    '8000728912340001ffffffffffffffff',
);
const IDENTIFIER = 0x1234;

interface Heard {
  readonly packets: (Omit<IncomingPacket, 'octets' | 'start' | 'end'> & { readonly message: string })[];
  readonly errors: (Omit<QueuedError, 'octets' | 'start' | 'end'> & { readonly message: string })[];
}

/** A port on a fake socket, watched as the driver does it: every wake-up drains. */
function open(options: Partial<RawSocketPortOptions> = {}) {
  const socket = new FakeRawSocket();
  const clock = new Clock((out) => out.fill(1));
  const port = new RawSocketPort({
    socket,
    family: 4,
    clock,
    target: '10.77.3.2',
    messageOctets: 16,
    replies: { type: options.family === 6 ? 129 : 0, identifier: IDENTIFIER },
    ...options,
  });
  const heard: Heard = { packets: [], errors: [] };
  const handler: PortHandler = {
    transmitted: () => expect.unreachable('there are no transmit stamps here'),
    packet: ({ octets, start, end, ...rest }) =>
      heard.packets.push({ ...rest, message: toHex(octets.subarray(start, end)) }),
    queuedError: ({ octets, start, end, ...rest }) =>
      heard.errors.push({ ...rest, message: toHex(octets.subarray(start, end)) }),
  };
  let wakeUps = 0;
  const watch = () =>
    port.watch(() => {
      wakeUps++;
      port.drain(handler);
    });
  watch();
  return { socket, port, heard, handler, watch, wakeUps: () => wakeUps };
}

describe('receiving', () => {
  it('takes the header off an IPv4 packet and reads its TTL', () => {
    const { socket, heard } = open();
    socket.arrive(REPLY, '10.77.3.2');
    expect(heard.packets).toEqual([
      {
        message: '0000edca12340001ffffffffffffffff',
        source: '10.77.3.2',
        hopLimit: 62,
        stampNs: Number.NaN,
        optionsStart: 36,
        optionsEnd: 36,
      },
    ]);
  });

  it('tells where the options of an IPv4 header stand', () => {
    const { socket, heard } = open();
    const options = hex('0107070c 0a4d0101 00000000');
    socket.arrive(Uint8Array.of(0x48, ...REPLY.subarray(1, 20), ...options, ...REPLY.subarray(20)), '10.77.3.2');
    expect(heard.packets[0]).toMatchObject({ message: toHex(REPLY.subarray(20)), optionsStart: 20, optionsEnd: 32 });
  });

  it.each([
    ['cut', REPLY.subarray(0, 19)],
    ['of another version', Uint8Array.of(0x65, ...REPLY.subarray(1))],
    ['longer than the packet', Uint8Array.of(0x4f, ...REPLY.subarray(1))],
    ['missing', new Uint8Array(0)],
  ])('leaves the message empty where the IPv4 header is %s', (_what, octets) => {
    const { socket, heard } = open();
    socket.arrive(octets, '10.77.3.2');
    expect(heard.packets).toMatchObject([{ message: '', hopLimit: -1 }]);
  });

  it('takes an IPv6 packet as it comes: without header, so without hop limit', () => {
    const { socket, heard } = open({ family: 6, target: 'fd77:3::2' });
    socket.arrive(REPLY6, 'fd77:3::2');
    expect(heard.packets).toMatchObject([{ message: toHex(REPLY6), source: 'fd77:3::2', hopLimit: -1 }]);
  });

  it('writes IPv6 addresses as we do, and gives link-local ones the zone of the target', () => {
    const { socket, heard } = open({ family: 6, target: 'fe80::1%eth0' });
    for (const source of ['fe80::1', 'FE80:0::2', 'fd77:3:0:0::2', 'fd77:3:0:0::2', 'febf::1', 'fec0::1']) {
      socket.arrive(REPLY6, source);
    }
    const sources = ['fe80::1%eth0', 'fe80::2%eth0', 'fd77:3::2', 'fd77:3::2', 'febf::1%eth0', 'fec0::1'];
    expect(heard.packets.map(({ source }) => source)).toEqual(sources);
  });

  it('hands a packet on once, and only while somebody watches', () => {
    const { socket, port, heard, handler, watch } = open();
    expect(socket.isReceiving).toBe(true);
    port.watch(null);
    expect(socket.isReceiving).toBe(false);
    socket.arrive(REPLY, '10.77.3.2');
    expect(port.drain(handler)).toBe(false);
    watch();
    expect(socket.isReceiving).toBe(true);
    socket.arrive(REPLY, '10.77.3.2');
    expect(port.drain(handler)).toBe(false);
    expect(heard.packets).toHaveLength(1);
  });

  it('forgets a packet that nobody drained, since its octets are gone', () => {
    const { socket, port, heard, handler } = open();
    port.watch(() => {});
    socket.arrive(REPLY, '10.77.3.2');
    expect(port.drain(handler)).toBe(false);
    expect(heard.packets).toEqual([]);
  });

  it('reads the clock before it wakes anybody', () => {
    const socket = new FakeRawSocket();
    let now = 0;
    const clock = new Clock((out) => out.fill(now));
    const port = new RawSocketPort({
      socket,
      family: 4,
      clock,
      target: '10.77.3.2',
      messageOctets: 16,
      replies: null,
    });
    const seen: number[] = [];
    port.watch(() => seen.push(clock.monoNs));
    now = 7;
    socket.arrive(REPLY, '10.77.3.2');
    expect(seen).toEqual([7]);
  });

  it('never blocks, and says that nobody may loop on it', () => {
    const { port } = open();
    expect(port.wait()).toBeUndefined();
    expect(port.tight).toBeNull();
    expect(port.abilities).toEqual({ receiveStamps: false, transmitStamps: false, errorQueue: false });
  });
});

describe('replies to other programs', () => {
  const foreign = (sequence: number) => Uint8Array.of(...REPLY.subarray(0, 24), 0x43, 0x21, 0, sequence);
  const FOREIGN = { octets: foreign(1), source: '10.77.3.9' };

  it('wake nobody', () => {
    const { socket, wakeUps } = open();
    socket.arrive(FOREIGN.octets, FOREIGN.source);
    expect(wakeUps()).toBe(0);
  });

  it('make it read on until nothing waits or one of ours comes', () => {
    const { socket, heard } = open();
    socket.waiting.push(FOREIGN, FOREIGN, { octets: REPLY, source: '10.77.3.2' }, FOREIGN);
    socket.arrive(FOREIGN.octets, FOREIGN.source);
    expect(heard.packets.map(({ source }) => source)).toEqual(['10.77.3.2']);
    expect(socket.waiting).toHaveLength(1);
    expect(socket.emptyReads).toBe(0);
  });

  it('give the event loop a turn in the end', () => {
    const { socket } = open();
    socket.waiting.push(...Array<typeof FOREIGN>(1000).fill(FOREIGN));
    socket.arrive(FOREIGN.octets, FOREIGN.source);
    expect(socket.waiting).toHaveLength(1000 - 256);
  });

  it('are no failure when nothing is behind them', () => {
    const { socket, heard, port, handler } = open();
    socket.arrive(FOREIGN.octets, FOREIGN.source);
    expect(socket.emptyReads).toBe(1);
    expect(port.drain(handler)).toBe(false);
    expect(heard.errors).toEqual([]);
  });

  it('do not make it read from a socket that has been closed meanwhile', () => {
    const { socket, port } = open();
    socket.waiting.push(FOREIGN);
    port.watch(null);
    port.close();
    socket.arrive(FOREIGN.octets, FOREIGN.source);
    expect(socket.waiting).toHaveLength(1);
    expect(socket.reopenings).toBe(0);
  });

  it('pass where replies have no identifier to know them by', () => {
    const { socket, heard } = open({ replies: null });
    socket.arrive(FOREIGN.octets, FOREIGN.source);
    expect(heard.packets).toHaveLength(1);
  });

  it('are not confused with other messages that have the same octets there', () => {
    const { socket, heard } = open();
    socket.arrive(Uint8Array.of(...REPLY.subarray(0, 20), 8, ...FOREIGN.octets.subarray(21)), '10.77.3.9');
    expect(heard.packets).toHaveLength(1);
  });
});

describe('ICMP errors', () => {
  it('are told like entries of an error queue, after the packet itself', () => {
    const { socket, heard } = open();
    socket.arrive(TIME_EXCEEDED, '10.77.1.254');
    expect(heard.packets).toMatchObject([{ source: '10.77.1.254', message: toHex(TIME_EXCEEDED.subarray(20)) }]);
    expect(heard.errors).toEqual([
      {
        errno: 0,
        origin: 'icmp',
        type: 11,
        code: 0,
        info: 0,
        offender: '10.77.1.254',
        destination: '10.77.3.2',
        message: '0800e5ca12340001ffffffffffffffff',
      },
    ]);
  });

  it('are told for IPv6 too, with the zone of the target', () => {
    const { socket, heard } = open({ family: 6, target: 'fe80::1%eth0' });
    socket.arrive(TIME_EXCEEDED6, 'fe80::fe');
    expect(heard.errors).toMatchObject([
      { origin: 'icmp6', type: 3, code: 0, offender: 'fe80::fe%eth0', destination: 'fd77:3::2' },
    ]);
    expect(heard.errors[0]!.message).toBe('8000728912340001ffffffffffffffff');
  });
});

describe('sending', () => {
  it('sends the first octets of `outgoing` to the target and answers 0', () => {
    const { socket, port } = open({ target: 'fe80::1%eth0', family: 6 });
    port.outgoing.set(hex('8000000012340001'));
    expect(port.send(8)).toBe(0);
    expect(socket.sent.map(({ octets, address }) => [toHex(octets), address])).toEqual([
      ['8000000012340001', 'fe80::1%eth0'],
    ]);
  });

  it.each([
    ['Network is unreachable', 101],
    ['Message too long', 90],
    ['No buffer space available', 105],
    ['Operation not permitted', 1],
    [NOTHING_WAITS, 11],
  ])('answers at once what "%s" is: %i', (words, errno) => {
    const { socket, port } = open();
    socket.refusal = words;
    expect(port.send(8)).toBe(errno);
    socket.refusal = null;
    expect(port.send(8)).toBe(0);
  });

  it('keeps the words of an error that it has no number for', () => {
    const { socket, port } = open();
    socket.refusal = 'Required key not available';
    expect(strerror(port.send(8))).toBe('Required key not available');
  });

  it('throws what is our own mistake', () => {
    const { port, socket } = open();
    socket.wrap.send = () => {
      throw new TypeError('Length argument must be an unsigned integer');
    };
    expect(() => port.send(8)).toThrow(TypeError);
  });

  it('is refused once the socket is closed, and opens no other one', () => {
    const { port, socket } = open();
    port.close();
    port.close();
    expect(port.send(8)).toBe(9);
    expect(socket.closings).toBe(1);
    expect(socket.reopenings).toBe(0);
  });
});

describe('an `error` of the package', () => {
  it("tells libc's words as a local error, and the socket goes on", () => {
    const { socket, heard, port } = open();
    socket.emit('error', new Error('Network is down'));
    expect(heard.errors).toMatchObject([{ origin: 'local', errno: 100, offender: null, message: '' }]);
    expect(port.send(8)).toBe(0);
  });

  it.each([
    ["libuv's number", new Error('-9')],
    ['nothing at all, as some versions did', undefined],
  ])('means with %s that the package has closed the socket', (_what, error) => {
    const { socket, heard, port } = open();
    socket.emit('error', error);
    expect(heard.errors).toMatchObject([{ origin: 'local', errno: 9 }]);
    expect(port.send(8)).toBe(9);
    port.watch(null);
    port.close();
    expect(socket.closings).toBe(0);
  });

  it('is nothing when there was nothing to read after all', () => {
    const { socket, heard } = open();
    socket.emit('error', new Error(NOTHING_WAITS));
    expect(heard.errors).toEqual([]);
  });

  it('is told only once', () => {
    const { socket, heard, port, handler } = open();
    port.watch(null);
    socket.emit('error', new Error('Network is down'));
    expect(port.drain(handler)).toBe(true);
    expect(port.drain(handler)).toBe(false);
    expect(heard.errors).toHaveLength(1);
  });
});

describe('opening', () => {
  it.each([
    [4, 1, 1],
    [6, 2, 58],
  ] as const)(
    'asks for a raw ICMP socket of family %i that does not receive yet',
    (family, addressFamily, protocol) => {
      const module = new FakeModule();
      openRawSocket(module, family, 64);
      expect(module.requests).toEqual([{ addressFamily, protocol, bufferSize: 1500 }]);
      expect(module.sockets[0]!.isReceiving).toBe(false);
    },
  );

  it('has room for the largest reply and the longest IPv4 header before it', () => {
    const module = new FakeModule();
    openRawSocket(module, 4, 8 + 65_507);
    expect(module.requests[0]!.bufferSize).toBe(60 + 8 + 65_507);
  });

  it('says why there is none', () => {
    const module = new FakeModule();
    module.refusals.set(1, 'Operation not permitted');
    const refused = (() => {
      try {
        return openRawSocket(module, 4, 64);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(IcmpSocketRefused);
    expect(refused).toMatchObject({
      message: 'socket: Operation not permitted',
      family: 4,
      datagram: null,
      raw: { code: 'EPERM', errno: -1, syscall: 'socket', message: 'socket: Operation not permitted' },
    });
  });
});

describe('socket options', () => {
  it('are set with a number or with octets', () => {
    const socket = new FakeRawSocket();
    setRawOption(socket, 0, 2, 5);
    setRawOption(socket, 1, 25, hex('65746830 00'));
    expect(Object.fromEntries(socket.options)).toEqual({ '0/2': 5, '1/25': '6574683000' });
  });

  it('fail with a system error', () => {
    const socket = new FakeRawSocket();
    socket.refusedOptions.set('1/25', 'No such device');
    expect(() => setRawOption(socket, 1, 25, 1)).toThrow(
      expect.objectContaining({
        code: 'ENODEV',
        errno: -19,
        syscall: 'setsockopt',
        message: 'setsockopt: No such device',
      }),
    );
  });

  it('block all message types but the given ones: a set bit blocks, words are native', () => {
    const socket = new FakeRawSocket();
    passTypes(socket, 4, [0, 11]); // 0xfffff7fe
    passTypes(socket, 6, [129]); // the second bit of the fifth word
    expect(Object.fromEntries(socket.options)).toEqual({
      '255/1': 'fef7ffff',
      '58/1': `${'ffffffff'.repeat(4)}fdffffff${'ffffffff'.repeat(3)}`,
    });
  });
});

describe('loading the package', () => {
  const failing = (code: string, message: string) => () =>
    loadRawSocket(() => {
      throw Object.assign(new Error(message), { code });
    });

  it('finds it from the sources, where npm has put it', () => {
    expect(loadRawSocket()).toMatchObject({
      createSocket: expect.any(Function),
      AddressFamily: { IPv4: 1, IPv6: 2 },
      Protocol: { ICMP: 1, ICMPv6: 58 },
    });
  });

  it('answers what it exports', () => {
    const module = new FakeModule();
    expect(loadRawSocket(() => module)).toBe(module);
  });

  it.each([
    [
      'is missing',
      'MODULE_NOT_FOUND',
      "Cannot find module 'raw-socket'\nRequire stack:\n- /x",
      'the npm package raw-socket is not installed: run `npm install raw-socket` (it needs make and a C++ compiler)',
    ],
    [
      'is not built',
      'MODULE_NOT_FOUND',
      "Cannot find module './build/Release/raw.node'\nRequire stack:\n- /x",
      'the npm package raw-socket is not built: run `npm approve-scripts raw-socket` where npm has that command (12 on), then `npm rebuild raw-socket` (it needs make and a C++ compiler)',
    ],
    [
      'was built for another node',
      'ERR_DLOPEN_FAILED',
      "The module 'raw.node'\nwas compiled against a different Node.js version",
      "the npm package raw-socket does not load: run `npm rebuild raw-socket` (The module 'raw.node' was compiled against a different Node.js version)",
    ],
  ])('says in one line what mends it where it %s', (_what, code, message, line) => {
    expect(failing(code, message)).toThrow(new Error(line));
  });
});
