/** docs/schema/tracepath.json as a check. */
import { loadSchema } from '../schema.ts';

export type { Line } from '../schema.ts';
export const { readLines } = loadSchema('tracepath');
