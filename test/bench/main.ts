/**
 * `npm run bench [-- name …]`: every figure of docs/performance.md, each beside its peer in the same run, and those of
 * docs/compare.md. Needs root and the
 * peers (iputils-ping, tcpdump, iproute2). Prints medians with their spread, and ratios; judges nothing.
 */
import { check } from './check.ts';
import { comparisons } from './compare.ts';
import { concurrent } from './concurrent.ts';
import { flood } from './flood.ts';
import { pace } from './pace.ts';
import { startUp } from './start-up.ts';
import { sweep } from './sweep.ts';
import { truth } from './truth.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<void>>> = {
  flood,
  truth,
  pace,
  concurrent,
  'start-up': startUp,
  sweep,
  check,
  compare: comparisons,
};

const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`## ${name}`);
  await run();
}
