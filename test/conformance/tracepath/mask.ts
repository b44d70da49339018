/** The clocks in tracepath's output. */
import type { MaskTable } from '../mask.ts';

/** No case needs a mask of its own. */
export type ExtraMask = never;

/** `%3d.%03dms`: three columns at least for the milliseconds, three decimals. */
const ROUND_TRIP = /(?: {2}\d| [1-9]\d|[1-9]\d{2,})\.\d{3}(?=ms )/g;

export const MASKS: MaskTable<ExtraMask> = { always: [{ pattern: ROUND_TRIP, mask: '<time>' }], extra: {} };
