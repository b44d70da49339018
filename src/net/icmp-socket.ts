/** Opens ICMP sockets the way ping(8) does: the datagram kind, which needs no privilege, first; then the raw one. */

import {
  AF_INET,
  AF_INET6,
  EACCES,
  EAFNOSUPPORT,
  EPROTONOSUPPORT,
  ICMP_FILTER,
  ICMPV6_FILTER,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_ICMPV6,
  SOL_RAW,
} from './constants.ts';
import { reasonOf } from './errors.ts';
import type { NativeAddon, NativeHandle, SystemError } from './native.ts';
import type { SocketType } from './port.ts';
import { type Family, LITTLE_ENDIAN } from './sockaddr.ts';

export interface OpenedSocket {
  readonly family: Family;
  readonly type: SocketType;
  readonly handle: NativeHandle;
}

/** Neither kind of socket was to be had; says which was refused and why, icmp(7) and capabilities(7). */
export class IcmpSocketRefused extends Error {
  readonly family: Family;
  /** Null when a raw socket was asked for at once. */
  readonly datagram: SystemError | null;
  readonly raw: SystemError;
  constructor(family: Family, datagram: SystemError | null, raw: SystemError) {
    super(`socket: ${reasonOf(raw)}`);
    this.family = family;
    this.datagram = datagram;
    this.raw = raw;
  }
}

/** @throws IcmpSocketRefused, or the SystemError of a failure that a raw socket would meet as well (EMFILE and so on). */
export function openIcmpSocket(addon: NativeAddon, family: Family, forceRaw: boolean): OpenedSocket {
  const domain = family === 4 ? AF_INET : AF_INET6;
  const protocol = family === 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
  let refused: SystemError | null = null;
  if (!forceRaw) {
    try {
      return { family, type: 'datagram', handle: addon.open(domain, SOCK_DGRAM, protocol) };
    } catch (error) {
      refused = error as SystemError;
      const worthRaw = [EACCES, EPROTONOSUPPORT, ...(family === 4 ? [EAFNOSUPPORT] : [])];
      if (!worthRaw.includes(-refused.errno)) throw error;
    }
  }
  try {
    return { family, type: 'raw', handle: addon.open(domain, SOCK_RAW, protocol) };
  } catch (error) {
    throw new IcmpSocketRefused(family, refused, error as SystemError);
  }
}

/** ICMP_FILTER of icmp(7), raw(7): lets only the given message types through to a raw IPv4 socket. */
export function passIcmpTypes(addon: NativeAddon, handle: NativeHandle, types: readonly number[]): void {
  const blocked = types.reduce((mask, type) => mask & ~(1 << type), 0xffff_ffff);
  addon.setsockopt(handle, SOL_RAW, ICMP_FILTER, blocked >>> 0);
}

const ICMP6_TYPES = 256;
const BITS_PER_OCTET = 8;

/** ICMP6_FILTER of RFC 3542 section 3.2: the same for IPv6. The kernel's bits say "block"; words are native, 32 bits each. */
export function passIcmp6Types(addon: NativeAddon, handle: NativeHandle, types: readonly number[]): void {
  const words = new Uint32Array(ICMP6_TYPES / 32).fill(0xffff_ffff);
  for (const type of types) words[type >> 5]! &= ~(1 << (type & 31));
  addon.setsockopt(handle, SOL_ICMPV6, ICMPV6_FILTER, new Uint8Array(words.buffer, 0, ICMP6_TYPES / BITS_PER_OCTET));
}

/** A raw socket sees every ICMP message of the machine unless told otherwise; a datagram socket its own replies only. */
export function passTypes(addon: NativeAddon, { family, type, handle }: OpenedSocket, types: readonly number[]): void {
  if (type !== 'raw') return;
  if (family === 4) passIcmpTypes(addon, handle, types);
  else passIcmp6Types(addon, handle, types);
}

const BPF_LDX_MSH = 0xb1; // X = 4 * (octet & 0xf): the length of an IPv4 header
const BPF_LDX_IMM = 0x01;
const BPF_LD_LEN = 0x80;
const BPF_SUB_X = 0x1c;
const BPF_JGE = 0x35;
const BPF_LDH_IND = 0x48;
const BPF_LDB_IND = 0x50;
const BPF_JEQ = 0x15;
const BPF_RET = 0x06;
const BPF_INSTRUCTION_OCTETS = 8;
const WHOLE_PACKET = 0xffff_ffff;
const IDENTIFIER_OFFSET = 4;
const HEADER_OCTETS = 8;

/**
 * Other programs' echo replies never reach this raw socket: a classic BPF program passes those with our identifier and all
 * messages that are no echo replies. Without it every ping on a machine wakes for every other one's replies.
 */
export function dropForeignReplies(
  addon: NativeAddon,
  socket: OpenedSocket,
  replyType: number,
  identifier: number,
): void {
  // A message cut before its header ends is for the engine to see, and a load beyond its end would drop it.
  const program: readonly (readonly [code: number, jumpTrue: number, jumpFalse: number, k: number])[] = [
    socket.family === 4 ? [BPF_LDX_MSH, 0, 0, 0] : [BPF_LDX_IMM, 0, 0, 0],
    [BPF_LD_LEN, 0, 0, 0],
    [BPF_SUB_X, 0, 0, 0],
    [BPF_JGE, 0, 4, HEADER_OCTETS],
    [BPF_LDB_IND, 0, 0, 0],
    [BPF_JEQ, 0, 2, replyType],
    [BPF_LDH_IND, 0, 0, IDENTIFIER_OFFSET],
    [BPF_JEQ, 0, 1, identifier],
    [BPF_RET, 0, 0, WHOLE_PACKET],
    [BPF_RET, 0, 0, 0],
  ];
  const code = new DataView(new ArrayBuffer(program.length * BPF_INSTRUCTION_OCTETS));
  program.forEach(([opcode, jumpTrue, jumpFalse, k], index) => {
    const at = index * BPF_INSTRUCTION_OCTETS;
    code.setUint16(at, opcode, LITTLE_ENDIAN);
    code.setUint8(at + 2, jumpTrue);
    code.setUint8(at + 3, jumpFalse);
    code.setUint32(at + 4, k, LITTLE_ENDIAN);
  });
  addon.attachFilter(socket.handle, new Uint8Array(code.buffer));
}
