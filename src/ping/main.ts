/** Entry of the bundled command, dist/ping.cjs. */
import { ProcessOutput } from '../cli/output.ts';
import { loadBackend } from './load-backend.ts';
import { runPing } from './run.ts';

/** Runs the command and ends the process with its status: a lookup still hanging in the resolver does not hold it. */
export async function main(commandName: string): Promise<void> {
  const output = new ProcessOutput(commandName);
  const status = await runPing(process.argv.slice(2), Object.assign(output, { env: process.env }), loadBackend);
  process.exit(output.verify(status));
}
