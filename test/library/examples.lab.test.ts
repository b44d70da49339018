/** docs/library.md: every example runs and prints what stands below it, types agree, and the tables are those of the types. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { createStage, type Stage } from '../lab/stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'library.md'), 'utf8');

interface Example {
  readonly heading: string;
  readonly code: string;
  readonly output: string;
}

/** Each block of JavaScript, with the block of output behind it. */
const EXAMPLES: readonly Example[] = [...PAGE.matchAll(/```js\n([\s\S]*?)```\n(?:\n```text\n([\s\S]*?)```)?/g)].map(
  ({ index, 1: code, 2: output = '' }) => ({
    heading: PAGE.slice(0, index)
      .match(/^#+ .*$/gm)!
      .at(-1)!
      .replace(/^#+ /, ''),
    code: code!,
    output,
  }),
);

/** Times are never the same. */
const mask = (text: string) => text.replaceAll(/\d+\.\d{3}(?= ms)/g, 'T');

it('has examples to be run, with something to be seen', () => {
  expect(EXAMPLES.length).toBeGreaterThan(10);
  expect(EXAMPLES.filter(({ output }) => output === '')).toEqual([]);
});

it('has the tables that the types give', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/library-tables.mjs', '--check'], {
    ...{ cwd: ROOT, encoding: 'utf8', timeout: 60_000 },
  });
  expect([status, stderr]).toEqual([0, '']);
});

describe('the types', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-examples-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('agree with every example, and with what jest is to be told', () => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules', 'sonde'));
    for (const name of ['expect', '@types']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
    const augmentation = /```ts\n([\s\S]*?)```/.exec(PAGE)![1]!;
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'expect-matchers.ts'), augmentation);
    for (const [index, { code }] of EXAMPLES.entries()) writeFileSync(join(folder, `example-${index}.ts`), code);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          ...{ module: 'NodeNext', target: 'ES2022', lib: ['ES2023', 'ESNext.Disposable'], types: ['node'] },
          ...{ noEmit: true, skipLibCheck: true, strict: true, moduleDetection: 'force', strictNullChecks: false },
          // Examples say no types: what they leave to the reader is whether something is null, or an option is mistyped.
          ...{ noImplicitAny: false, useUnknownInCatchVariables: false },
        },
      }),
    );
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8', timeout: 60_000 });
    // The one mistake is the one that the example is about.
    const mistakes = stdout.split('\n').filter((line) => / error TS|Did you mean/.test(line));
    expect(mistakes).toEqual([
      expect.stringMatching(/error TS2769/),
      expect.stringContaining("Did you mean to write 'maxHops'?"),
    ]);
  });
});

describeLab('each example', () => {
  let lab: Lab;
  let stage: Stage;
  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
    mkdirSync(join(stage.folder, 'node_modules'));
    symlinkSync(stage.folder, join(stage.folder, 'node_modules', 'sonde'));
    symlinkSync(join(ROOT, 'node_modules', 'expect'), join(stage.folder, 'node_modules', 'expect'));
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  it.concurrent.each(EXAMPLES.map((example, index) => ({ ...example, index })))(
    '$index: $heading',
    async ({ code, output, index }) => {
      const file = join(stage.folder, `example-${index}.mjs`);
      writeFileSync(file, code, { mode: 0o644 });
      // Modules of the checkout may be out of reach for others than root.
      const isForNobody = !code.startsWith('// needs') && !code.includes("'expect'");
      const result = await lab.run('a', [process.execPath, file], { user: isForNobody ? 'nobody' : 'root' });
      expect({ ...result, stdout: mask(result.stdout) }).toMatchObject({ stdout: mask(output), stderr: '', status: 0 });
    },
  );
});
