/**
 * `npm run test:sanitize`: the addon under AddressSanitizer, UndefinedBehaviorSanitizer and LeakSanitizer.
 *
 * Builds native/ once more, in a folder of its own, and runs the tests of the addon and of the net layer with it. node
 * itself is not instrumented, so the sanitizers' libraries are preloaded; they see every allocation of the process, and
 * every access that our C makes. Fails when a test fails and on any report, in whichever process it was made.
 *   --                   what follows goes to vitest instead of `test/native test/net`
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const SANITIZERS = 'address,undefined';
const EVERYONE_WRITES = 0o1777;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

function fail(message) {
  console.error(`sanitize: ${message}`);
  process.exit(1);
}

/** The library that gcc links for `name`; the addon must be built with the same compiler. */
function library(name) {
  const found = spawnSync(process.env.CC ?? 'gcc', [`-print-file-name=${name}.so`], { encoding: 'utf8' });
  const path = found.stdout?.trim() ?? '';
  // Where there is none, gcc answers the bare name.
  if (found.status !== 0 || !path.startsWith('/')) fail(`gcc has no ${name} (Debian: apt-get install gcc)`);
  return realpathSync(path);
}

/** Headers beside this node, as most packages have them; without them node-gyp downloads some. */
function nodedirArguments() {
  if (process.env.npm_config_nodedir !== undefined) return [];
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

/** Builds the addon in `folder`, so that native/build stays as it is; answers the binary. */
function build(folder) {
  const native = join(folder, 'native');
  mkdirSync(native);
  for (const name of readdirSync(join(root, 'native'))) {
    if (/\.(c|h|gyp)$/.test(name)) copyFileSync(join(root, 'native', name), join(native, name));
  }
  const gyp = join(dirname(require.resolve('node-gyp/package.json')), 'bin', 'node-gyp.js');
  const built = spawnSync(
    process.execPath,
    [gyp, 'rebuild', '-C', native, '--silent', ...nodedirArguments(), '--', `-Dsonde_sanitize=${SANITIZERS}`],
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  if (built.status !== 0) fail(`the build failed:\n${built.stdout}${built.stderr}`);
  return join(native, 'build', 'Release', 'sonde.node');
}

/** What the sanitizers said, in whichever process. */
function reports(logs) {
  return readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), 'utf8').trim())
    .filter((text) => text !== '');
}

/** The environment of a process that loads the instrumented addon; its reports go to files in `logs`. */
function sanitizedEnvironment(addon, logs, asanOptions) {
  const common = ['log_exe_name=1', 'print_stacktrace=1', 'abort_on_error=1', 'halt_on_error=1'];
  return {
    ...process.env,
    SONDE_ADDON: addon,
    LD_PRELOAD: `${library('libasan')}:${library('libubsan')}`,
    ASAN_OPTIONS: [
      ...common,
      `log_path=${join(logs, 'asan')}`,
      'detect_stack_use_after_return=1',
      'strict_string_checks=1',
      'max_free_fill_size=4096', // freed memory is overwritten, so that node's own use of it shows as well
      'free_fill_byte=165',
      'allow_user_segv_handler=1', // V8 has one
      ...asanOptions,
    ].join(':'),
    UBSAN_OPTIONS: [...common, `log_path=${join(logs, 'ubsan')}`].join(':'),
  };
}

function runTests(addon, folder, selection) {
  const logs = makeLogFolder(folder, 'tests');
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--maxWorkers=2', ...selection], {
    cwd: root,
    env: sanitizedEnvironment(addon, logs, ['detect_leaks=0']), // looking for leaks takes seconds at each exit
    stdio: 'inherit',
  });
  const found = reports(logs);
  for (const text of found) console.error(text);
  console.error(`sanitize: tests ${status === 0 ? 'passed' : `failed (${status})`}, ${found.length} reports`);
  return status === 0 && found.length === 0;
}

/**
 * A library that leaks, to be preloaded: when this one is not found, nothing would be (LeakSanitizer stops threads by
 * ptrace(2), which some containers forbid).
 */
const PROOF = `#include <stdlib.h>
#include <string.h>
static __attribute__((constructor, noinline)) void sonde_proof(void) {
  char *volatile lost = malloc(77);
  memset(lost, 1, 77);
  lost = NULL;
}
`;

function buildProof(folder) {
  const source = join(folder, 'proof.c');
  const proof = join(folder, 'proof.so');
  writeFileSync(source, PROOF);
  const built = spawnSync(process.env.CC ?? 'gcc', ['-shared', '-fPIC', '-g', '-o', proof, source], {
    encoding: 'utf8',
  });
  if (built.status !== 0) fail(`proof.c did not compile:\n${built.stderr}`);
  return proof;
}

/** Runs a program that does everything once more, and asks at its end what was left behind. */
function lookForLeaks(addon, folder) {
  const logs = makeLogFolder(folder, 'leaks');
  const program = join(folder, 'leaks.mjs');
  buildSync({
    entryPoints: [join(root, 'test/native/programs/leaks.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  });
  const env = sanitizedEnvironment(addon, logs, ['detect_leaks=1', 'exitcode=0', 'fast_unwind_on_malloc=0']);
  const ran = spawnSync(process.execPath, [program, 'all'], {
    env: { ...env, LD_PRELOAD: `${env.LD_PRELOAD}:${buildProof(folder)}` },
    encoding: 'utf8',
  });
  const found = reports(logs);
  const leaks = found.flatMap((text) => text.split('\n\n')).filter((part) => /^(Direct|Indirect) leak/m.test(part));
  const proven = leaks.some((leak) => leak.includes(' in sonde_proof'));
  const ours = leaks.filter((leak) => isOurs(leak) && !leak.includes(' in sonde_proof'));
  const others = found.filter((text) => !text.includes('LeakSanitizer: detected memory leaks'));
  for (const text of [...ours, ...others]) console.error(text);
  if (!proven) console.error('sanitize: LeakSanitizer does not work here: the leak made for it was not found');
  else console.error(`sanitize: ${ours.length} leaks`);
  if (ran.status === 0 && ran.stdout.includes('done')) return proven && ours.length === 0 && others.length === 0;
  console.error(`sanitize: the program ended with ${ran.status ?? ran.signal}\n${ran.stdout}${ran.stderr}`);
  return false;
}

/** Whether we, or the C library for us, asked for the memory: one of our frames stands before the first of node's. */
function isOurs(leak) {
  for (const frame of leak.split('\n')) {
    if (/^ +#\d+ 0x[0-9a-f]+ in sonde_/.test(frame)) return true;
    if (frame.includes(realpathSync(process.execPath)) || /\/node\+0x/.test(frame)) return false;
  }
  return false;
}

function makeLogFolder(folder, name) {
  const logs = join(folder, name);
  mkdirSync(logs);
  chmodSync(logs, EVERYONE_WRITES); // some tests run as nobody
  return logs;
}

/** A build without the sanitizers would find nothing, and be praised for it. */
function requireInstrumented(addon) {
  const binary = readFileSync(addon);
  for (const symbol of ['__asan_report_load', '__ubsan_handle']) {
    if (!binary.includes(symbol)) fail(`the addon was built without ${symbol}`);
  }
}

const separator = process.argv.indexOf('--');
const selection = separator === -1 ? ['test/native', 'test/net'] : process.argv.slice(separator + 1);
const folder = mkdtempSync(join(tmpdir(), 'sonde-sanitize-'));
try {
  chmodSync(folder, 0o755);
  const addon = build(folder);
  requireInstrumented(addon);
  const outcomes = [runTests(addon, folder, selection), lookForLeaks(addon, folder)];
  process.exitCode = outcomes.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
