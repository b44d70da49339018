/** When a probe was sent and its reply received: by the kernel's stamps where they can be true, else by our wall clock. */
import type { StampSource } from './events.ts';
import type { Probe } from './probe-window.ts';

export interface ExchangeTimes {
  /** On the run's wall clock, `sentNs` not behind `receivedNs`. */
  readonly sentNs: number;
  readonly receivedNs: number;
  readonly transmitStamp: StampSource;
  readonly receiveStamp: StampSource;
}

/**
 * `receiveStampNs`: the kernel's, NaN for none; `readAtNs`: when the reply was read. A stamp from outside of what the wall clock
 * saw around the exchange belongs to something else.
 */
export function timeExchange(
  { wallNs, stampNs }: Pick<Probe, 'wallNs' | 'stampNs'>,
  receiveStampNs: number,
  readAtNs: number,
): ExchangeTimes {
  const hasReceiveStamp = receiveStampNs >= wallNs && receiveStampNs <= readAtNs;
  const receivedNs = hasReceiveStamp ? receiveStampNs : readAtNs;
  const hasTransmitStamp = stampNs >= wallNs && stampNs <= receivedNs;
  return {
    sentNs: hasTransmitStamp ? stampNs : Math.min(wallNs, receivedNs),
    receivedNs,
    transmitStamp: hasTransmitStamp ? 'kernel' : 'user',
    receiveStamp: hasReceiveStamp ? 'kernel' : 'user',
  };
}
