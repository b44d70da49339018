/** What one whole run costs on top of node itself. The peer here is `node -e 0`. */
import { OURS, runTimed } from './commands.ts';
import { formatSummary, inTurn, summarize } from './pairs.ts';

const ROUNDS = 40;

export async function startUp(): Promise<void> {
  const node = process.env['SONDE_BENCH_NODE'] ?? process.execPath;
  const { ours, peers } = await inTurn(
    ROUNDS,
    async () => runTimed(node, [OURS, '-c1', '-q', '127.0.0.1']).elapsedMs,
    async () => runTimed(node, ['-e', '0']).elapsedMs,
  );
  console.log(`sonde:     ${formatSummary(summarize(ours), 1, 'ms')}`);
  console.log(`node -e 0: ${formatSummary(summarize(peers), 1, 'ms')}`);
  console.log(
    `on top:    ${(summarize(ours).median - summarize(peers).median).toFixed(1)} ms (difference of the medians)`,
  );
}
