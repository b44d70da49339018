/** Descriptors: open, name, configure, close. */
import { readFileSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  IP_TTL,
  IPV6_CHECKSUM,
  SO_ATTACH_FILTER,
  SO_BINDTODEVICE,
  SO_BROADCAST,
  SOCK_DGRAM,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from '../../src/net/constants.ts';
import { MessageBatch } from '../../src/net/message-batch.ts';
import { decodeSockaddr, LITTLE_ENDIAN } from '../../src/net/sockaddr.ts';
import {
  addon,
  LOOPBACK,
  OPTION,
  open,
  openTimer,
  openUdp,
  parts,
  receive,
  sendTo,
  sockaddr,
  thrownBy,
} from './support.ts';

const AF_UNSPEC = 0;
const SOCKADDR_STORAGE_OCTETS = 128;

function getInt(handle: ReturnType<typeof open>, level: number, name: number): number {
  const value = new Uint8Array(4);
  expect(addon.getsockopt(handle, level, name, value)).toBe(4);
  return new DataView(value.buffer).getInt32(0, LITTLE_ENDIAN);
}

/** `struct sock_filter` for classic BPF, bpf(4). */
function instructions(...list: readonly (readonly [code: number, k: number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(list.length * 8));
  list.forEach(([code, k], index) => {
    view.setUint16(index * 8, code, LITTLE_ENDIAN);
    view.setUint32(index * 8 + 4, k, LITTLE_ENDIAN);
  });
  return new Uint8Array(view.buffer);
}
const RETURN = 0x06;
const WHOLE = 0xffff_ffff;

describe('open and close', () => {
  it('opens a socket that is non-blocking and closes on exec', () => {
    const fd = addon.fd(open(AF_INET, SOCK_DGRAM));
    expect(readlinkSync(`/proc/self/fd/${fd}`)).toMatch(/^socket:/);
    // fcntl(2): O_NONBLOCK 04000, O_CLOEXEC 02000000.
    const flags = Number.parseInt(/flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))![1]!, 8);
    expect(flags & 0o2004000).toBe(0o2004000);
  });

  it('opens a timer that is non-blocking and closes on exec', () => {
    const fd = addon.fd(openTimer());
    expect(readlinkSync(`/proc/self/fd/${fd}`)).toBe('anon_inode:[timerfd]');
    const flags = Number.parseInt(/flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))![1]!, 8);
    expect(flags & 0o2004000).toBe(0o2004000);
  });

  it('says why the kernel opens no socket', () => {
    expect(parts(thrownBy(() => addon.open(AF_INET, SOCK_DGRAM, 250)))).toEqual({
      code: 'EPROTONOSUPPORT',
      errno: -93,
      syscall: 'socket',
    });
    const error = thrownBy(() => addon.open(12345, SOCK_DGRAM, 0));
    expect(parts(error)).toEqual({ code: 'EAFNOSUPPORT', errno: -97, syscall: 'socket' });
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe('socket: Address family not supported by protocol');
  });

  it('closes once, and then again without harm', () => {
    const handle = addon.open(AF_INET, SOCK_DGRAM, 0);
    const fd = addon.fd(handle);
    addon.close(handle);
    expect(addon.fd(handle)).toBe(-1);
    // The number may belong to somebody else by now: a second close must not touch it.
    const next = open(AF_INET, SOCK_DGRAM);
    expect(addon.fd(next)).toBe(fd);
    addon.close(handle);
    expect(readlinkSync(`/proc/self/fd/${fd}`)).toMatch(/^socket:/);
  });

  it.each([
    ['bind', 'bind', (handle: ReturnType<typeof open>) => addon.bind(handle, sockaddr('127.0.0.1'))],
    ['connect', 'connect', (handle: ReturnType<typeof open>) => addon.connect(handle, sockaddr('127.0.0.1', 9))],
    [
      'startConnect',
      'connect',
      (handle: ReturnType<typeof open>) => addon.startConnect(handle, sockaddr('127.0.0.1', 9)),
    ],
    ['getsockname', 'getsockname', (handle: ReturnType<typeof open>) => addon.getsockname(handle)],
    ['setsockopt', 'setsockopt', (handle: ReturnType<typeof open>) => addon.setsockopt(handle, 0, IP_TTL, 5)],
    [
      'getsockopt',
      'getsockopt',
      (handle: ReturnType<typeof open>) => addon.getsockopt(handle, 0, 2, new Uint8Array(4)),
    ],
    [
      'attachFilter',
      'setsockopt',
      (handle: ReturnType<typeof open>) => addon.attachFilter(handle, instructions([6, 0])),
    ],
    [
      'receive',
      'recvmmsg',
      (handle: ReturnType<typeof open>) => addon.receive(handle, new MessageBatch(addon, 1, 4).native),
    ],
    [
      'receiveErrors',
      'recvmmsg',
      (handle: ReturnType<typeof open>) => addon.receiveErrors(handle, new MessageBatch(addon, 1, 4).native),
    ],
    [
      'send',
      'sendmmsg',
      (handle: ReturnType<typeof open>) => addon.send(handle, new MessageBatch(addon, 1, 4).native, 0, 1, 0),
    ],
    ['watch', 'watch', (handle: ReturnType<typeof open>) => addon.watch(handle, () => {})],
    ['watch null', 'watch', (handle: ReturnType<typeof open>) => addon.watch(handle, null)],
    ['wait', 'ppoll', (handle: ReturnType<typeof open>) => addon.wait(handle, 0)],
    ['armTimer', 'timerfd_settime', (handle: ReturnType<typeof open>) => addon.armTimer(handle, 1)],
  ])('%s on a closed handle is EBADF', (_, syscall, act) => {
    const handle = addon.open(AF_INET, SOCK_DGRAM, 0);
    addon.close(handle);
    expect(parts(thrownBy(() => act(handle)))).toEqual({ code: 'EBADF', errno: -9, syscall });
  });
});

describe('names', () => {
  it.each([4, 6] as const)('binds, connects and tells the own name over IPv%d', (family) => {
    const [near, far] = [openUdp(family), openUdp(family)];
    expect(near.name).toHaveLength(family === 4 ? 16 : 28);
    expect(near.port).toBeGreaterThan(0);
    addon.connect(near.handle, far.name);
    expect(sendTo(near.handle, undefined, Uint8Array.of(7))).toBe(1);
    const batch = new MessageBatch(addon, 1, 4);
    expect(receive(far.handle, batch)).toBe(1);
    expect([...batch.data(0)]).toEqual([7]);
    expect(decodeSockaddr(batch.field(0, 4, 28))!.port).toBe(near.port);
  });

  it('tells the wildcard name of a socket that has none', () => {
    expect(decodeSockaddr(addon.getsockname(open(AF_INET, SOCK_DGRAM)))).toEqual({
      family: 4,
      octets: Uint8Array.of(0, 0, 0, 0),
      scope: 0,
      port: 0,
    });
  });

  it('passes on what bind and connect say', () => {
    const taken = openUdp();
    const other = open(AF_INET, SOCK_DGRAM);
    const v6 = open(AF_INET6, SOCK_DGRAM);
    const failures = [
      () => addon.bind(other, taken.name),
      () => addon.bind(other, sockaddr('192.0.2.1')),
      () => addon.bind(v6, sockaddr('127.0.0.1')),
      () => addon.connect(other, sockaddr('::1', 9)),
      () => addon.connect(other, sockaddr('255.255.255.255', 9)),
    ].map((act) => parts(thrownBy(act)));
    expect(failures).toEqual([
      { code: 'EADDRINUSE', errno: -98, syscall: 'bind' },
      { code: 'EADDRNOTAVAIL', errno: -99, syscall: 'bind' },
      { code: 'EINVAL', errno: -22, syscall: 'bind' },
      { code: 'EAFNOSUPPORT', errno: -97, syscall: 'connect' },
      { code: 'EACCES', errno: -13, syscall: 'connect' },
    ]);
  });

  it('refuses a name longer than any, and lets the kernel judge all others', () => {
    const handle = open(AF_INET, SOCK_DGRAM);
    for (const syscall of ['bind', 'connect'] as const) {
      const tooLong = new Uint8Array(SOCKADDR_STORAGE_OCTETS + 1).fill(AF_INET);
      expect(parts(thrownBy(() => addon[syscall](handle, tooLong)))).toEqual({ code: 'EINVAL', errno: -22, syscall });
      for (const octets of [0, 1, 2, 15]) {
        const short = sockaddr('127.0.0.1', 9).subarray(0, octets);
        expect(thrownBy(() => addon[syscall](handle, short)).code, `${syscall} ${octets}`).toBe('EINVAL');
      }
    }
    // An address may stand anywhere in a larger buffer, and a longer structure is the kernel's business.
    const larger = new Uint8Array(SOCKADDR_STORAGE_OCTETS + 13);
    larger.set(sockaddr('127.0.0.1', 9), 13);
    addon.connect(handle, larger.subarray(13));
    expect([...addon.getsockname(handle).subarray(4, 8)]).toEqual([127, 0, 0, 1]);
  });

  it('takes a connection back with AF_UNSPEC', () => {
    const handle = open(AF_INET, SOCK_DGRAM);
    addon.connect(handle, sockaddr('127.0.0.1', 9));
    addon.connect(handle, new Uint8Array(16).fill(AF_UNSPEC));
    expect(sendTo(handle, undefined)).toBe(-89); // EDESTADDRREQ
  });

  it('finds no name on a timer', () => {
    const timer = openTimer();
    expect(parts(thrownBy(() => addon.getsockname(timer)))).toEqual({
      code: 'ENOTSOCK',
      errno: -88,
      syscall: 'getsockname',
    });
    expect(thrownBy(() => addon.bind(timer, sockaddr(LOOPBACK[4]))).code).toBe('ENOTSOCK');
    expect(thrownBy(() => addon.connect(timer, sockaddr(LOOPBACK[4], 9))).code).toBe('ENOTSOCK');
  });
});

describe('options', () => {
  it('sets and gets an int', () => {
    const handle = open(AF_INET, SOCK_DGRAM);
    addon.setsockopt(handle, SOL_IP, IP_TTL, 77);
    expect(getInt(handle, SOL_IP, IP_TTL)).toBe(77);
    addon.setsockopt(handle, SOL_IP, IP_TTL, -1); // the kernel's word for the default, ip(7)
    expect(getInt(handle, SOL_IP, IP_TTL)).toBe(64);
  });

  it('takes numbers of 32 bits with either sign for the same int', () => {
    const SO_PRIORITY = 12; // an int that a user may set to anything between 0 and 6
    const SO_PEEK_OFF = 42; // signed, -1 for off: socket(7)
    const handle = open(AF_INET, SOCK_DGRAM);
    addon.setsockopt(handle, SOL_SOCKET, SO_PRIORITY, 6);
    expect(getInt(handle, SOL_SOCKET, SO_PRIORITY)).toBe(6);
    addon.setsockopt(handle, SOL_SOCKET, SO_PEEK_OFF, 0xffff_ffff);
    expect(getInt(handle, SOL_SOCKET, SO_PEEK_OFF)).toBe(-1);
  });

  it('sets and gets octets', () => {
    const handle = open(AF_INET, SOCK_DGRAM);
    const ttl = new Uint8Array(Int32Array.of(42).buffer);
    addon.setsockopt(handle, SOL_IP, IP_TTL, ttl);
    expect(getInt(handle, SOL_IP, IP_TTL)).toBe(42);
    addon.setsockopt(handle, SOL_SOCKET, SO_BINDTODEVICE, new TextEncoder().encode('lo\0'));
    const name = new Uint8Array(16);
    expect(addon.getsockopt(handle, SOL_SOCKET, SO_BINDTODEVICE, name)).toBe(3);
    expect(new TextDecoder().decode(name.subarray(0, 3))).toBe('lo\0');
  });

  it('writes no further than the octets given', () => {
    const larger = new Uint8Array(12).fill(0xa5);
    const handle = open(AF_INET, SOCK_DGRAM);
    expect(addon.getsockopt(handle, SOL_SOCKET, OPTION.SO_TYPE, larger.subarray(4, 6))).toBe(2);
    expect([...larger]).toEqual([...Array(4).fill(0xa5), SOCK_DGRAM, 0, ...Array(6).fill(0xa5)]);
    expect(addon.getsockopt(handle, SOL_SOCKET, OPTION.SO_TYPE, larger)).toBe(4);
    expect(addon.getsockopt(handle, SOL_SOCKET, OPTION.SO_TYPE, new Uint8Array(0))).toBe(0);
  });

  it.each([
    ['SO_GET_FILTER, which counts instructions', AF_INET, SOL_SOCKET, SO_ATTACH_FILTER],
    ['IP_MSFILTER', AF_INET, SOL_IP, 41],
    ['MCAST_MSFILTER', AF_INET, SOL_IP, 48],
    ['MCAST_MSFILTER', AF_INET6, SOL_IPV6, 48],
  ])('does not ask the kernel for %s: it would write past the octets given', (_, domain, level, name) => {
    const handle = open(domain, SOCK_DGRAM);
    addon.attachFilter(handle, instructions(...Array.from({ length: 32 }, () => [RETURN, WHOLE] as const)));
    const larger = new Uint8Array(1024).fill(0xa5);
    expect(parts(thrownBy(() => addon.getsockopt(handle, level, name, larger.subarray(0, 32))))).toEqual({
      code: 'ENOPROTOOPT',
      errno: -92,
      syscall: 'getsockopt',
    });
    expect(larger.every((octet) => octet === 0xa5)).toBe(true);
  });

  it('passes on what the kernel says of an option', () => {
    const handle = open(AF_INET, SOCK_DGRAM);
    const failures = [
      () => addon.setsockopt(handle, SOL_IP, IP_TTL, 256),
      () => addon.setsockopt(handle, SOL_SOCKET, 9999, 1),
      () => addon.setsockopt(handle, SOL_SOCKET, SO_BROADCAST, new Uint8Array(3)),
      () => addon.setsockopt(handle, SOL_IPV6, IPV6_CHECKSUM, 2),
      () => addon.getsockopt(handle, SOL_SOCKET, 9999, new Uint8Array(4)),
      () => addon.setsockopt(openTimer(), SOL_SOCKET, SO_BROADCAST, 1),
      () => addon.getsockopt(openTimer(), SOL_SOCKET, SO_BROADCAST, new Uint8Array(4)),
    ].map((act) => parts(thrownBy(act)));
    expect(failures).toEqual([
      { code: 'EINVAL', errno: -22, syscall: 'setsockopt' },
      { code: 'ENOPROTOOPT', errno: -92, syscall: 'setsockopt' },
      { code: 'EINVAL', errno: -22, syscall: 'setsockopt' },
      { code: 'ENOPROTOOPT', errno: -92, syscall: 'setsockopt' },
      { code: 'ENOPROTOOPT', errno: -92, syscall: 'getsockopt' },
      { code: 'ENOTSOCK', errno: -88, syscall: 'setsockopt' },
      { code: 'ENOTSOCK', errno: -88, syscall: 'getsockopt' },
    ]);
  });
});

describe('attachFilter', () => {
  it('lets the kernel drop what the program does not return', () => {
    const [near, far] = [openUdp(), openUdp()];
    // Load the first octet of the payload (8 octets of UDP header before it) and return the packet where it is 1.
    const program = new DataView(new ArrayBuffer(4 * 8));
    (
      [
        [0x30, 0, 0, 8],
        [0x15, 0, 1, 1],
        [RETURN, 0, 0, WHOLE],
        [RETURN, 0, 0, 0],
      ] as const
    ).forEach(([code, yes, no, k], index) => {
      program.setUint16(index * 8, code, LITTLE_ENDIAN);
      program.setUint8(index * 8 + 2, yes);
      program.setUint8(index * 8 + 3, no);
      program.setUint32(index * 8 + 4, k, LITTLE_ENDIAN);
    });
    addon.attachFilter(far.handle, new Uint8Array(program.buffer));
    for (const octet of [2, 1, 3]) sendTo(near.handle, far.name, Uint8Array.of(octet));
    const batch = new MessageBatch(addon, 4, 4);
    expect(receive(far.handle, batch)).toBe(1);
    expect([...batch.data(0)]).toEqual([1]);
  });

  it('takes 1 to 64 whole instructions', () => {
    const handle = open(AF_INET, SOCK_DGRAM);
    const program = (count: number) => instructions(...Array.from({ length: count }, () => [RETURN, WHOLE] as const));
    addon.attachFilter(handle, program(1));
    addon.attachFilter(handle, program(64));
    const malformed = { code: 'EINVAL', errno: -22, syscall: 'setsockopt' };
    for (const octets of [program(65), program(0), program(2).subarray(0, 15), instructions([0xffff, 0])]) {
      expect(parts(thrownBy(() => addon.attachFilter(handle, octets)))).toEqual(malformed);
    }
    expect(thrownBy(() => addon.attachFilter(openTimer(), program(1))).code).toBe('ENOTSOCK');
  });
});
