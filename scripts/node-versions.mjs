/**
 * `npm run test:node-versions`: the addon under the Node versions that it is not built with here.
 *
 * For each, npm's package `node-linux-<arch>` brings the binary and its headers. The addon is built with those headers,
 * and that build and ours (one binary for all: Node-API 8) are loaded by that node: a program calls every function in two
 * threads, workers are ended in the midst of events, and the bundled ping pings both loopback addresses.
 *   [major ...]          other versions than 22, 24 and 26
 * One line for each version; the status is 0 when all is well. Packages stay in a temporary folder for the next run.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const MAJORS = ['22', '24', '26'];
const TIMEOUT_MS = 120_000;
const OWNER_ONLY = 0o700;
const PROGRAMS = [
  ['leaks', 'all', null],
  ['lifetimes', 'workers', { count: 10, loadHere: true, exitByThemselves: false }],
  ['lifetimes', 'workers', { count: 10, loadHere: false, exitByThemselves: true }],
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const packageName = `node-linux-${process.arch}`;
const ourBuild = join(root, 'native', 'build', 'Release', 'sonde.node');

/** npm hands its settings down in the environment, and node-gyp believes them more than its arguments: nodedir above all. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_(?!registry|cache|userconfig|globalconfig)|package_|lifecycle_)/i.test(name),
  ),
);

/** Runs a command to its end; answers its stdout. @throws Error with all its output when it fails */
async function run(command, argv, env = {}) {
  const child = spawn(command, argv, {
    cwd: root,
    env: { ...environment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const [status, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...end) => resolve(end));
  });
  if (status !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${status ?? signal}\n${stdout}${stderr}`);
  return { stdout, stderr };
}

/** A folder for packages that other users cannot have put anything into. */
function cacheFolder() {
  const folder = join(tmpdir(), `sonde-node-versions-${process.getuid()}`);
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  if (statSync(folder).uid !== process.getuid()) throw new Error(`${folder} belongs to somebody else`);
  return folder;
}

/** The folder of the package: bin/node, include/node. Installed unless it is there from an earlier run. */
async function install(cache, major) {
  const prefix = join(cache, major);
  const folder = join(prefix, 'node_modules', packageName);
  if (!existsSync(join(folder, 'bin', 'node'))) {
    await run('npm', [
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--prefix',
      prefix,
      `${packageName}@${major}`,
    ]);
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (version.split('.')[0] !== major) throw new Error(`${folder} holds ${version}`);
  return { folder, version, node: join(folder, 'bin', 'node') };
}

/** Builds the addon against the headers of that node, in a folder of its own; answers the binary. */
async function build(scratch, { folder, version }) {
  const native = join(scratch, `native-${version}`);
  mkdirSync(native);
  for (const name of readdirSync(join(root, 'native'))) {
    if (/\.(c|h|gyp)$/.test(name)) copyFileSync(join(root, 'native', name), join(native, name));
  }
  const gyp = join(dirname(require.resolve('node-gyp/package.json')), 'bin', 'node-gyp.js');
  const { stdout, stderr } = await run(process.execPath, [gyp, 'rebuild', '-C', native, `--nodedir=${folder}`]);
  const warnings = `${stdout}${stderr}`.split('\n').filter((line) => /\bwarning:/.test(line));
  if (warnings.length > 0) throw new Error(`warnings with the headers of ${version}:\n${warnings.join('\n')}`);
  return join(native, 'build', 'Release', 'sonde.node');
}

/** Everything that `node` is asked to do with the binary `addon`. @throws Error */
async function exercise(scratch, { node, version }, addon) {
  const env = { SONDE_ADDON: addon };
  const { stdout: running } = await run(node, ['-p', 'process.versions.node']);
  if (running.trim() !== version) throw new Error(`${node} is ${running.trim()} and not ${version}`);
  for (const [program, scenario, argument] of PROGRAMS) {
    await run(node, [join(scratch, `${program}.mjs`), scenario, JSON.stringify(argument)], env);
  }
  for (const address of ['127.0.0.1', '::1']) {
    const { stdout } = await run(node, ['bin/ping', '-n', '-c3', '-i0.01', address], env);
    if (!stdout.includes('3 packets transmitted, 3 received, 0% packet loss')) throw new Error(stdout);
  }
}

async function check(cache, scratch, major) {
  const startedAt = performance.now();
  const steps = [];
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  try {
    const version = await install(cache, major);
    steps.push(version.version);
    const addon = await build(scratch, version);
    steps.push('builds');
    await exercise(scratch, version, addon);
    steps.push('own build works');
    await exercise(scratch, version, ourBuild);
    steps.push(`build of ${process.versions.node} works`);
    console.log(`node ${major}: ${steps.join(', ')} (${seconds()})`);
    return true;
  } catch (error) {
    console.log(`node ${major}: ${[...steps, 'FAILED'].join(', ')} (${seconds()})\n${error.message}`);
    return false;
  }
}

const scratch = mkdtempSync(join(tmpdir(), 'sonde-node-versions-'));
try {
  if (!existsSync(ourBuild)) throw new Error('the addon is not built: run `npm run build`');
  await run(process.execPath, ['scripts/build.mjs', '--bundle-only']);
  for (const program of new Set(PROGRAMS.map(([name]) => name))) {
    buildSync({
      entryPoints: [join(root, 'test/native/programs', `${program}.ts`)],
      outfile: join(scratch, `${program}.mjs`),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      logLevel: 'warning',
    });
  }
  const cache = cacheFolder();
  const majors = process.argv.length > 2 ? process.argv.slice(2) : MAJORS;
  const outcomes = await Promise.all(majors.map((major) => check(cache, scratch, major)));
  process.exitCode = outcomes.every(Boolean) ? 0 : 1;
} catch (error) {
  console.error(`node-versions: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
