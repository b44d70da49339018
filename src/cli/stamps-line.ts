/** `stamps` of a line of JSON. */
import type { MeasuredRoundTrip } from '../measure/stamped-interval.ts';
import type { Stamps } from './lines.ts';

/** Undefined, and so not in the line, where nothing was measured. */
export function stampsOf({ transmitStamp, receiveStamp }: MeasuredRoundTrip): Stamps | undefined {
  if (transmitStamp === null || receiveStamp === null) return undefined;
  return { transmit: transmitStamp, receive: receiveStamp };
}
