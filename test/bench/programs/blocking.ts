/** One ping of PingGroup whose listener keeps the thread busy again and again. */
import { loadNative } from '../../../src/net/native.ts';
import type { PingEvent } from '../../../src/ping/events.ts';
import { PingGroup } from '../../../src/ping/ping-group.ts';
import { runScenario } from '../../native/programs/scenario.ts';

export interface BlockingLoad {
  readonly count: number;
  readonly intervalMs: number;
  /** At every so many-th reply the listener takes so long. */
  readonly everyReplies: number;
  readonly forMs: number;
}

const NS_PER_MS = 1e6;

await runScenario({
  /** From the first probe to the last, in ms. */
  async elapsedMs({ count, intervalMs, everyReplies, forMs }: BlockingLoad): Promise<number> {
    const group = new PingGroup(loadNative());
    let replies = 0;
    const onEvent = ({ type }: PingEvent) => {
      if (type !== 'reply' || ++replies % everyReplies !== 0) return;
      const endMs = performance.now() + forMs;
      while (performance.now() < endMs);
    };
    const target = { family: 4, octets: Uint8Array.of(127, 0, 0, 1), scope: 0 } as const;
    const { elapsedNs } = await group.ping(target, { count, intervalMs, onEvent });
    await group.close();
    return elapsedNs / NS_PER_MS;
  },
});
