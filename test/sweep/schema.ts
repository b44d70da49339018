/** docs/schema/sweep.json as a judge of lines. */
import { loadSchema } from '../schema.ts';

export type { Line } from '../schema.ts';
export const { readLine, readLines, kinds: KINDS } = loadSchema('sweep');
