/** One ping of the library whose reader keeps the thread busy again and again. */
import { ping } from '../../../src/index.ts';
import { runScenario } from '../../native/programs/scenario.ts';

export interface BlockingLoad {
  readonly count: number;
  readonly intervalMs: number;
  /** At every so many-th reply the reader takes so long. */
  readonly everyReplies: number;
  readonly forMs: number;
}

await runScenario({
  /** From the first probe to the last, in ms. */
  async elapsedMs({ count, intervalMs, everyReplies, forMs }: BlockingLoad): Promise<number> {
    let replies = 0;
    const run = ping('127.0.0.1', { count, intervalMs });
    for await (const { type } of run) {
      if (type !== 'reply' || ++replies % everyReplies !== 0) continue;
      const endMs = performance.now() + forMs;
      while (performance.now() < endMs);
    }
    return (await run).elapsedMs;
  },
});
