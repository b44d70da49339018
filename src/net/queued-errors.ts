/**
 * Reads a socket's error queue (MSG_ERRQUEUE): transmit stamps on the one hand, ICMP errors and refusals of our own kernel on
 * the other. What the records mean for a protocol is for the port that owns the socket.
 */
import type { Clock } from './clock.ts';
import {
  SO_EE_ORIGIN_ICMP,
  SO_EE_ORIGIN_ICMP6,
  SO_EE_ORIGIN_LOCAL,
  SO_EE_ORIGIN_TIMESTAMPING,
  SO_TIMESTAMPING,
  SOF_TIMESTAMPING_OPT_ID,
  SOF_TIMESTAMPING_OPT_TSONLY,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOF_TIMESTAMPING_TX_SOFTWARE,
  SOL_SOCKET,
} from './constants.ts';
import type { MessageBatch } from './message-batch.ts';
import { PRESENT, WORD } from './message-batch.ts';
import type { NativeAddon, NativeHandle } from './native.ts';
import type { QueuedError } from './port.ts';

const STAMPS_BOTH_WAYS =
  SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_OPT_TSONLY | SOF_TIMESTAMPING_SOFTWARE;

/** Asks for software stamps of sending and receiving, the sends counted from zero. @throws SystemError */
export function restartStamps(addon: NativeAddon, handle: NativeHandle): void {
  // The kernel restarts its count when OPT_ID comes on.
  addon.setsockopt(handle, SOL_SOCKET, SO_TIMESTAMPING, STAMPS_BOTH_WAYS);
  addon.setsockopt(handle, SOL_SOCKET, SO_TIMESTAMPING, STAMPS_BOTH_WAYS | SOF_TIMESTAMPING_OPT_ID);
}

/** The kernel's stamp of record `index` on the clock's `wallNs` scale; NaN without one. */
export function stampOf(batch: MessageBatch, index: number, clock: Clock): number {
  if (!batch.has(index, PRESENT.STAMP)) return Number.NaN;
  return clock.fromUnix(batch.word(index, WORD.STAMP_SECONDS), batch.word(index, WORD.STAMP_NANOSECONDS));
}

/** The number (OPT_ID) that a transmit stamp in record `index` is for; null where the record is something else. */
export function transmitKeyOf(batch: MessageBatch, index: number): number | null {
  if (!batch.has(index, PRESENT.ERROR) || !batch.has(index, PRESENT.STAMP)) return null;
  if (batch.word(index, WORD.ERROR_ORIGIN) !== SO_EE_ORIGIN_TIMESTAMPING) return null;
  return batch.word(index, WORD.ERROR_DATA);
}

/** Who says that something went wrong in record `index`; null for a stamp, and for what is not about sending. */
function errorOriginOf(batch: MessageBatch, index: number): QueuedError['origin'] | null {
  if (!batch.has(index, PRESENT.ERROR)) return null;
  return ORIGINS.get(batch.word(index, WORD.ERROR_ORIGIN)) ?? null;
}

/** What every port's errors have in common; the addresses are for the port to read in its own way. */
export interface ErrorFacts {
  origin: QueuedError['origin'];
  errno: number;
  type: number;
  code: number;
  info: number;
  /** The quoted message stands in octets [start, end) of the batch. */
  start: number;
  end: number;
}

/** Fills in the facts of the error in record `index`. Answers false where it is a stamp, or not about sending. */
export function readErrorFacts(facts: ErrorFacts, batch: MessageBatch, index: number): boolean {
  const origin = errorOriginOf(batch, index);
  if (origin === null) return false;
  facts.origin = origin;
  facts.errno = batch.word(index, WORD.ERROR_ERRNO);
  facts.type = batch.word(index, WORD.ERROR_TYPE);
  facts.code = batch.word(index, WORD.ERROR_CODE);
  facts.info = batch.word(index, WORD.ERROR_INFO);
  facts.start = batch.dataOffset(index);
  facts.end = facts.start + batch.word(index, WORD.LENGTH);
  return true;
}

const ORIGINS = new Map<number, QueuedError['origin']>([
  [SO_EE_ORIGIN_LOCAL, 'local'],
  [SO_EE_ORIGIN_ICMP, 'icmp'],
  [SO_EE_ORIGIN_ICMP6, 'icmp6'],
]);
