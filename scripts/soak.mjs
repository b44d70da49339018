/**
 * `npm run soak [-- COUNT]`: a flood of 10 million echoes over loopback (some two minutes), watching memory. Fails when an
 * echo is lost, or when the last quarter of the run needs more than a tenth more memory than the second one.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const count = process.argv[2] ?? '10000000';
const child = spawn(join(root, 'bin', 'ping'), ['-f', '-q', '-c', count, '127.0.0.1'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let stdout = '';
child.stdout.on('data', (piece) => {
  stdout += piece;
});

const residentKb = [];
const sampler = setInterval(() => {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  residentKb.push(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0));
}, 500);
child.on('exit', () => clearInterval(sampler));
const exitStatus = await new Promise((resolve) => child.on('close', resolve));

console.log(stdout.trim());
const quarter = Math.max(1, Math.floor(residentKb.length / 4));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const early = mean(residentKb.slice(quarter, 2 * quarter));
const late = mean(residentKb.slice(-quarter));
console.log(
  `memory: ${(early / 1024).toFixed(1)} MB in the second quarter, ${(late / 1024).toFixed(1)} MB in the last`,
);
const isWhole = exitStatus === 0 && stdout.includes(`${count} packets transmitted, ${count} received`);
process.exit(isWhole && late <= early * 1.1 ? 0 : 1);
