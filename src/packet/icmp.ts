/**
 * ICMP for IPv4 as bytes and values: RFC 792, with RFC 950 (address mask), RFC 1191 (next-hop MTU), RFC 4884
 * (extensions) and RFC 8335 (extended echo). `IcmpMessage` in icmp-messages.ts lists the values; icmp-echo.ts has the
 * echo messages in place, for loops that must not allocate.
 */
import { formatIpv4, requireIpv4 } from './address.ts';
import { concatBytes, NO_BYTES, requireUint, requireUint8, requireUint16, requireUint32, viewOf } from './bytes.ts';
import { internetChecksum } from './checksum.ts';
import { type Decoded, decoded, malformed, truncated } from './decoded.ts';
import {
  ICMP_ADDRESS,
  ICMP_ADDRESSREPLY,
  ICMP_CHECKSUM_OFFSET,
  ICMP_CODE_OFFSET,
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_EXT_ECHO,
  ICMP_EXT_ECHOREPLY,
  ICMP_HEADER_LENGTH,
  ICMP_IDENTIFIER_OFFSET,
  ICMP_INFO_REPLY,
  ICMP_INFO_REQUEST,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SEQUENCE_OFFSET,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  ICMP_TIMESTAMP,
  ICMP_TIMESTAMPREPLY,
} from './icmp-constants.ts';
import { encodeExtendedEcho, readExtendedEchoReply, readExtendedEchoRequest } from './icmp-extended-echo.ts';
import { encodeIcmpExtension } from './icmp-extensions.ts';
import type { IcmpAddressMask, IcmpErrorMessage, IcmpMessage, IcmpTimestamp } from './icmp-messages.ts';
import { decodeErrorBody, type ErrorBody } from './icmp-quote.ts';
import { type DecodedIpv4, decodeQuotedIpv4, encodeIpv4 } from './ipv4.ts';

export * from './icmp-constants.ts';
export * from './icmp-echo.ts';
export * from './icmp-messages.ts';

const ICMP_TIMESTAMP_LENGTH = 20; // octets
const ICMP_ADDRESS_MASK_LENGTH = 12; // octets
const BODY_OFFSET = 4; // what follows the checksum
const ORIGINATE_OFFSET = 8;
const RECEIVE_OFFSET = 12;
const TRANSMIT_OFFSET = 16;
const ADDRESS_MASK_OFFSET = 8;
const POINTER_OFFSET = 4;
const LENGTH_OFFSET = 5;
const LAST_WORD_OFFSET = 6;
const WORD_LENGTH = 4; // octets, the unit of the RFC 4884 length attribute
const UINT24_MAX = 0xffffff;

/** A message from the network. A wrong checksum is told, not refused; `flaws` says in words what else is wrong. */
export interface DecodedIcmp<Message = IcmpMessage> {
  readonly message: Message;
  readonly checksum: number;
  readonly checksumOk: boolean;
  readonly flaws: readonly string[];
}

/**
 * Decodes one message from its type octet to the end of `bytes`; octets in the value alias `bytes`. Fails below 8
 * octets, below the fixed length of a timestamp (20) or address mask (12), and for an error that does not quote a whole
 * IPv4 header. An error whose quote or extension is otherwise broken is decoded, with its flaws: it still says what
 * happened to which packet.
 */
export function decodeIcmp(bytes: Uint8Array): Decoded<DecodedIcmp> {
  if (bytes.length < ICMP_HEADER_LENGTH) return truncated(ICMP_HEADER_LENGTH, bytes.length, 'ICMP message');
  const content = decodeMessage(bytes);
  if (!content.ok) return content;
  const checksum = viewOf(bytes).getUint16(ICMP_CHECKSUM_OFFSET);
  return decoded({ ...content.value, checksum, checksumOk: internetChecksum(bytes) === 0 });
}

type Content = Pick<DecodedIcmp, 'message' | 'flaws'>;

function decodeMessage(bytes: Uint8Array): Decoded<Content> {
  const type = bytes[0]!;
  const code = bytes[ICMP_CODE_OFFSET]!;
  switch (type) {
    case ICMP_ECHO:
    case ICMP_ECHOREPLY:
      return flawless({ kind: 'echo', type, code, ...query(bytes), payload: bytes.subarray(ICMP_HEADER_LENGTH) });
    case ICMP_TIMESTAMP:
    case ICMP_TIMESTAMPREPLY:
      return decodeTimestamp(type, code, bytes);
    case ICMP_INFO_REQUEST:
    case ICMP_INFO_REPLY:
      return flawless({
        kind: 'information',
        type,
        code,
        ...query(bytes),
        trailing: bytes.subarray(ICMP_HEADER_LENGTH),
      });
    case ICMP_ADDRESS:
    case ICMP_ADDRESSREPLY:
      return decodeAddressMask(type, code, bytes);
    case ICMP_EXT_ECHO:
      return decoded(readExtendedEchoRequest(type, bytes));
    case ICMP_EXT_ECHOREPLY:
      return flawless(readExtendedEchoReply(type, bytes));
    case ICMP_DEST_UNREACH:
    case ICMP_SOURCE_QUENCH:
    case ICMP_REDIRECT:
    case ICMP_TIME_EXCEEDED:
    case ICMP_PARAMETERPROB:
      return decodeError(type, code, bytes);
    default:
      return flawless({ kind: 'unknown', type, code, body: bytes.subarray(BODY_OFFSET) });
  }
}

function flawless(message: IcmpMessage): Decoded<Content> {
  return decoded({ message, flaws: [] });
}

function query(bytes: Uint8Array): { readonly identifier: number; readonly sequence: number } {
  const view = viewOf(bytes);
  return { identifier: view.getUint16(ICMP_IDENTIFIER_OFFSET), sequence: view.getUint16(ICMP_SEQUENCE_OFFSET) };
}

function decodeTimestamp(type: IcmpTimestamp['type'], code: number, bytes: Uint8Array): Decoded<Content> {
  if (bytes.length < ICMP_TIMESTAMP_LENGTH) return truncated(ICMP_TIMESTAMP_LENGTH, bytes.length, 'ICMP timestamp');
  const view = viewOf(bytes);
  return flawless({
    kind: 'timestamp',
    type,
    code,
    ...query(bytes),
    originateTimestamp: view.getUint32(ORIGINATE_OFFSET),
    receiveTimestamp: view.getUint32(RECEIVE_OFFSET),
    transmitTimestamp: view.getUint32(TRANSMIT_OFFSET),
    trailing: bytes.subarray(ICMP_TIMESTAMP_LENGTH),
  });
}

function decodeAddressMask(type: IcmpAddressMask['type'], code: number, bytes: Uint8Array): Decoded<Content> {
  if (bytes.length < ICMP_ADDRESS_MASK_LENGTH) {
    return truncated(ICMP_ADDRESS_MASK_LENGTH, bytes.length, 'ICMP address mask');
  }
  return flawless({
    kind: 'address-mask',
    type,
    code,
    ...query(bytes),
    addressMask: formatIpv4(bytes, ADDRESS_MASK_OFFSET),
    trailing: bytes.subarray(ICMP_ADDRESS_MASK_LENGTH),
  });
}

function decodeError(type: IcmpErrorMessage['type'], code: number, bytes: Uint8Array): Decoded<Content> {
  const takesExtension = type !== ICMP_SOURCE_QUENCH && type !== ICMP_REDIRECT;
  const lengthWords = takesExtension ? bytes[LENGTH_OFFSET]! : 0;
  const body = bytes.subarray(ICMP_HEADER_LENGTH);
  const parts = decodeErrorBody(body, lengthWords * WORD_LENGTH, takesExtension, decodeQuotedIpv4);
  if (!parts.ok) return malformed(`ICMP error quotes no datagram: ${parts.error.reason}`);
  return decoded({ message: errorMessage(type, code, bytes, parts.value), flaws: parts.value.flaws });
}

function errorMessage(
  type: IcmpErrorMessage['type'],
  code: number,
  bytes: Uint8Array,
  { quote, extension }: ErrorBody<DecodedIpv4>,
): IcmpErrorMessage {
  const view = viewOf(bytes);
  const first = view.getUint8(POINTER_OFFSET);
  const lengthWords = view.getUint8(LENGTH_OFFSET);
  const last = view.getUint16(LAST_WORD_OFFSET);
  switch (type) {
    case ICMP_DEST_UNREACH: {
      const kind = 'destination-unreachable';
      return { kind, type, code, unused: first, nextHopMtu: last, lengthWords, quote, extension };
    }
    case ICMP_SOURCE_QUENCH:
      return { kind: 'source-quench', type, code, unused: view.getUint32(BODY_OFFSET), quote };
    case ICMP_REDIRECT:
      return { kind: 'redirect', type, code, gatewayAddress: formatIpv4(bytes, BODY_OFFSET), quote };
    case ICMP_TIME_EXCEEDED:
      return { kind: 'time-exceeded', type, code, unused: (first << 16) | last, lengthWords, quote, extension };
    case ICMP_PARAMETERPROB:
      return { kind: 'parameter-problem', type, code, pointer: first, unused: last, lengthWords, quote, extension };
  }
}

/**
 * Encodes one message. The checksum is computed where it is absent; a given one is written as it is, so that
 * `encodeIcmp(message, checksum)` of a decoded message gives its own octets back.
 * @throws RangeError when a field is out of range: our bug, not the peer's.
 */
export function encodeIcmp(message: IcmpMessage, checksum?: number): Uint8Array {
  const type = requireUint8('type', message.type);
  const bytes = concatBytes(Uint8Array.of(type, requireUint8('code', message.code), 0, 0), ...encodeBody(message));
  viewOf(bytes).setUint16(ICMP_CHECKSUM_OFFSET, requireUint16('checksum', checksum ?? internetChecksum(bytes)));
  return bytes;
}

/** What stands behind the checksum, in parts. */
function encodeBody(message: IcmpMessage): readonly Uint8Array[] {
  switch (message.kind) {
    case 'echo':
      return [queryWord(message), message.payload];
    case 'timestamp':
      return [
        queryWord(message),
        word('originateTimestamp', message.originateTimestamp),
        word('receiveTimestamp', message.receiveTimestamp),
        word('transmitTimestamp', message.transmitTimestamp),
        message.trailing,
      ];
    case 'information':
      return [queryWord(message), message.trailing];
    case 'address-mask':
      return [queryWord(message), requireIpv4('addressMask', message.addressMask), message.trailing];
    case 'extended-echo-request':
    case 'extended-echo-reply':
      return [encodeExtendedEcho(message)];
    case 'unknown':
      return [message.body];
    case 'source-quench':
      return [word('unused', message.unused), encodeIpv4(message.quote)];
    case 'redirect':
      return [requireIpv4('gatewayAddress', message.gatewayAddress), encodeIpv4(message.quote)];
    case 'destination-unreachable': {
      const first = requireUint8('unused', message.unused);
      return extendedError(first, message, requireUint16('nextHopMtu', message.nextHopMtu));
    }
    case 'time-exceeded': {
      const unused = requireUint('unused', message.unused, UINT24_MAX);
      return extendedError(unused >> 16, message, unused & 0xffff);
    }
    case 'parameter-problem': {
      const first = requireUint8('pointer', message.pointer);
      return extendedError(first, message, requireUint16('unused', message.unused));
    }
  }
}

function extendedError(
  first: number,
  message: Extract<IcmpErrorMessage, { lengthWords: number }>,
  last: number,
): readonly Uint8Array[] {
  const lengthWords = requireUint8('lengthWords', message.lengthWords);
  const head = Uint8Array.of(first, lengthWords, last >> 8, last & 0xff);
  const extension = message.extension === null ? NO_BYTES : encodeIcmpExtension(message.extension);
  return [head, encodeIpv4(message.quote), extension];
}

function queryWord(message: { readonly identifier: number; readonly sequence: number }): Uint8Array {
  const bytes = new Uint8Array(4);
  const view = viewOf(bytes);
  view.setUint16(0, requireUint16('identifier', message.identifier));
  view.setUint16(2, requireUint16('sequence', message.sequence));
  return bytes;
}

function word(field: string, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, requireUint32(field, value));
  return bytes;
}
