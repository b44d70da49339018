/** What an editor says of the package's types once it is installed, and that they are those of the source. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
/** What runs tell and what they come to, by the names that programs import. */
const NAMES = [...readFileSync(join(ROOT, 'src', 'index.ts'), 'utf8').matchAll(/ as (\w+(?:Event|Summary))\b/g)].map(
  ([, name]) => name!,
);

interface Answers {
  readonly hover: readonly (readonly [shown: string, documentation: string])[];
  readonly complete: readonly { readonly names: readonly string[]; readonly documentation: string }[];
  readonly undeclared: { readonly members: readonly string[]; readonly types: number };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-editor-'));
  const installed = join(folder, 'node_modules', 'sonde');
  mkdirSync(installed, { recursive: true });
  const argv = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const packed = execFileSync('npm', argv, { cwd: ROOT, encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xzf', join(folder, packed), '-C', installed, '--strip-components=1']);
  symlinkSync(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Opens a program in the folder of the installed package. */
function ask(name: string, program: string, questions: object): Answers {
  const file = join(folder, name);
  writeFileSync(file, program);
  const argv = [join(import.meta.dirname, 'programs', 'editor.mjs'), file, JSON.stringify(questions)];
  return JSON.parse(execFileSync(process.execPath, argv, { cwd: folder, encoding: 'utf8', timeout: 60_000 }));
}

describe('an editor', () => {
  it('shows what a member of an event or a summary means, over it and beside the names that may be typed', () => {
    const program = `import { ping } from 'sonde';
      for await (const event of ping('host')) {
        if (event.type === 'reply') [event.timestampMs, event.roundTripMs];
        if (event.type === 'summary') event.statistics.roundTrip?.p95Ms;
      }
      const summary = await ping('host', { count: 3 });
      summary.`;
    const { hover, complete } = ask('open.ts', program, {
      hover: ['event.timestampMs', 'event.roundTripMs', 'event.statistics', 'roundTrip?.p95Ms'],
      complete: [['summary.', 'elapsedMs']],
    });
    expect(hover.map(([, documentation]) => documentation)).toEqual([
      expect.stringMatching(/^Unix time, as `Date\.now\(\)` has it, with a fraction\./),
      'Never taken from the payload.',
      expect.stringMatching(/^Percentiles, deviations, jitter, loss runs/),
      '95th percentile, by nearest rank.',
    ]);
    expect(hover[1]![0]).toBe('(property) ReplyEvent.roundTripMs: number');
    expect(complete[0]!.names).toEqual(expect.arrayContaining(['received', 'elapsedMs', 'host']));
    expect(complete[0]!.documentation).toBe('From the first probe to the last one.');
  });
});

describe('the declarations of the package', () => {
  it('declare each member of every event by the name that it has', () => {
    const { undeclared } = ask('all.ts', `export type { ${NAMES.join(', ')} } from 'sonde';`, {});
    expect(undeclared.types).toBeGreaterThan(100);
    // Counts by reason have the reasons for names.
    expect(undeclared.members.filter((member) => !member.startsWith('ClockdiffEvent.unusable.'))).toEqual([]);
  });

  it('are the types that the source has', () => {
    const lines = NAMES.map((name) => `export const ${name}: Same<source.${name}, sonde.${name}> = true;`);
    writeFileSync(
      join(folder, 'same.ts'),
      `import type * as sonde from 'sonde';
      import type * as source from '${join(ROOT, 'src', 'index.ts')}';
      type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
      ${lines.join('\n')}
      // @ts-expect-error: it can tell what is not the same.
      export const other: Same<source.PingEvent, sonde.ArpingEvent> = true;`,
    );
    const config = { extends: join(ROOT, 'tsconfig.json'), files: ['same.ts'], include: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const argv = [tsc, '-p', '.', '--pretty', 'false'];
    const { stdout } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    expect(stdout).toBe('');
  });
});
