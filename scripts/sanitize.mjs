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
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** Reports that concern us: all of ASan and UBSan, and leaks of memory that our own functions asked for. */
function reports(folder) {
  return readdirSync(folder).flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    if (!text.includes('ERROR: LeakSanitizer')) return text.trim() === '' ? [] : [text];
    // node leaves much behind at exit, in memory that only V8's heap points to. Each leak is one paragraph.
    return text.split('\n\n').filter((paragraph) => /^(Direct|Indirect) leak/m.test(paragraph) && isOurs(paragraph));
  });
}

/** Whether we, or the C library for us, asked for the memory: one of our frames stands before the first of node's. */
function isOurs(leak) {
  for (const frame of leak.split('\n')) {
    if (/^ +#\d+ 0x[0-9a-f]+ in sonde_/.test(frame)) return true;
    if (frame.includes(process.execPath) || /\/node\+0x/.test(frame)) return false;
  }
  return false;
}

function runTests(addon, logs, selection) {
  const options = (extra) => ['log_exe_name=1', 'print_stacktrace=1', ...extra].join(':');
  const env = {
    ...process.env,
    SONDE_ADDON: addon,
    LD_PRELOAD: `${library('libasan')}:${library('libubsan')}`,
    ASAN_OPTIONS: options([
      `log_path=${join(logs, 'asan')}`,
      'abort_on_error=1',
      // Leaks are looked for at each exit and judged here, so they must not change a status that a test looks at.
      'detect_leaks=1',
      'exitcode=0',
      'detect_stack_use_after_return=1',
      'strict_string_checks=1',
      'max_free_fill_size=4096', // freed memory is overwritten, so that node's own use of it shows as well
      'free_fill_byte=165',
      'allow_user_segv_handler=1', // V8 has one
    ]),
    UBSAN_OPTIONS: options([`log_path=${join(logs, 'ubsan')}`, 'halt_on_error=1']),
    LSAN_OPTIONS: 'report_objects=0:max_leaks=0',
  };
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  return spawnSync(process.execPath, [vitest, 'run', ...selection], { cwd: root, env, stdio: 'inherit' }).status;
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
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  chmodSync(logs, EVERYONE_WRITES); // some tests run as nobody
  const addon = build(folder);
  requireInstrumented(addon);
  const status = runTests(addon, logs, selection);
  const found = reports(logs);
  for (const text of found) console.error(text);
  console.error(`sanitize: ${found.length} reports, tests ${status === 0 ? 'passed' : `failed (${status})`}`);
  process.exitCode = status === 0 && found.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
