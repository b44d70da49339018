/** What one whole run costs on top of node itself, under each node that is here. The peer is `node -e 0`. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OURS, runTimed } from './commands.ts';
import { formatSummary, inTurn, summarize } from './pairs.ts';

const ROUNDS = 40;
const MAJORS = ['22', '24', '26'];

export async function startUp(): Promise<void> {
  for (const node of nodes()) {
    const version = runTimed(node, ['-p', 'process.version']).stdout.trim();
    const { ours, peers } = await inTurn(
      ROUNDS,
      async () => runTimed(node, [OURS, '-c1', '-q', '127.0.0.1']).elapsedMs,
      async () => runTimed(node, ['-e', '0']).elapsedMs,
    );
    console.log(`${version}:`);
    console.log(`  sonde:     ${formatSummary(summarize(ours), 1, 'ms')}`);
    console.log(`  node -e 0: ${formatSummary(summarize(peers), 1, 'ms')}`);
    console.log(
      `  on top:    ${(summarize(ours).median - summarize(peers).median).toFixed(1)} ms (difference of the medians)`,
    );
  }
}

/** The node that runs this, and those that `npm run test:node-versions` has left in its folder. */
function nodes(): string[] {
  const folder = join(tmpdir(), `sonde-node-versions-${process.getuid?.() ?? 0}`);
  const others = MAJORS.map((major) =>
    join(folder, major, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node'),
  );
  const missing = others.filter((node) => !existsSync(node));
  if (missing.length > 0) {
    console.log(
      `(${missing.length} of node ${MAJORS.join(', ')} are not here: npm run test:node-versions fetches them)`,
    );
  }
  return [process.execPath, ...others.filter((node) => existsSync(node))];
}
