/** The schemas of the modes beyond iputils as checks. */
import { type Line, loadSchema } from '../../schema.ts';

export type { Line };

const SCHEMAS = { flows: loadSchema('tracepath-flows'), report: loadSchema('tracepath-report') };

/** The lines of an output of `tracepath --flows -j` or `--report -j`. @throws Error naming the one that does not fit */
export function readLines(mode: keyof typeof SCHEMAS, stdout: string): Line[] {
  return SCHEMAS[mode].readLines(stdout);
}
