/** The one clock in arping's output. */
import type { MaskTable } from '../mask.ts';

/** There is nothing that only some cases may hide. */
export type ExtraMask = never;

export const MASKS: MaskTable<ExtraMask> = {
  always: [{ pattern: /(?<= )\d+\.\d{3}(?=ms$)/gm, mask: '<round trip>' }],
  extra: {},
};
