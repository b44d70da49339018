/** The three scripts in the shells that they are for: what each offers for the same lines. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHELLS, type Shell } from '../../src/completion/options.ts';
import { createStage, type Stage } from '../lab/stage.ts';

const COMMANDS = [
  ...['arping', 'check', 'clockdiff', 'compare', 'completion', 'doctor', 'help'],
  ...['ping', 'rdisc', 'record', 'replay', 'sweep', 'tracepath'],
];

/** The last two are what a shell would make names of files of, or run, if it expanded its words once more. */
const KNOWN_HOSTS = ['router.example', 'fe80::aa', '|1|c2FsdA=|aGFzaA=', '*', `evil$(touch\${IFS}run)`];

/** `HOME` stands for a folder with a known host and a file. */
const CASES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['ping --int', ['--interface', '--interval']],
  ['ping6 --prec', ['--precise']],
  ['ping -M ', ['do', 'dont', 'probe', 'want']],
  ['ping -qM d', ['do', 'dont']],
  ['ping --pmtudisc w', ['want']],
  ['ping --backend=raw', ['raw-socket']],
  // Only this one is there whatever other tests are making.
  ['ping -I lo', ['lo']],
  ['arping --interface lo', ['lo']],
  ['clockdiff -T ', ['ctime', 'iso']],
  ['ping -c ', []],
  ['ping -c 3 rout', ['router.example']],
  ['tracepath rout', ['router.example']],
  ['ping vend', []],
  ['arping --oui HOME/vend', ['vendors.txt']],
  ['rdisc --daem', ['--daemon']],
  ['rdisc --log HOME/vend', ['vendors.txt']],
  ['sonde pi', ['ping']],
  ['sonde help trace', ['tracepath']],
  ['sonde completion ', ['bash', 'fish', 'zsh']],
  ['sonde ping --time', ['--timeout', '--timestamps']],
  ['sonde ping -M w', ['want']],
  ['sonde sweep --max', ['--max-targets']],
  ['sonde sweep -f HOME/vend', ['vendors.txt']],
  ['sonde sweep -I lo', ['lo']],
  ['sonde record HOME/vend', ['vendors.txt']],
  ['sonde record HOME/a:b=c ', ['arping', 'clockdiff', 'ping', 'rdisc', 'sweep', 'tracepath']],
  ['sonde record HOME/a:b=c ping --int', ['--interface', '--interval']],
  ['sonde record file ping -M w', ['want']],
  ['sonde record ping tracepath rout', ['router.example']],
  ['sonde record file check --re', []],
  ['sonde record file --us', []],
];

describe.each(SHELLS)('the completion script for %s', (shell) => {
  const isHere = spawnSync(shell, ['--version']).status === 0;
  let home: string;
  let stage: Stage;
  let offers: readonly (readonly string[])[];

  beforeAll(() => {
    if (!isHere) return;
    stage = createStage();
    home = mkdtempSync(join(tmpdir(), 'sonde-completion-'));
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, '.ssh', 'known_hosts'), KNOWN_HOSTS.map((name) => `${name} ssh-ed25519 AAAA\n`).join(''));
    writeFileSync(join(home, 'vendors.txt'), '');
    const made = spawnSync(stage.command('sonde'), ['completion', shell], { encoding: 'utf8' });
    expect([made.status, made.stderr]).toEqual([0, '']);
    writeFileSync(join(home, 'script'), made.stdout);
    offers = ask([...CASES.map(([line]) => line), 'sonde ', 'ping evil', 'ping fe80::a']);
  });
  afterAll(() => {
    stage?.remove();
    if (home !== undefined) rmSync(home, { recursive: true });
  });

  /** What the shell offers for each line: names without their folders, values without their options. */
  function ask(lines: readonly string[]): string[][] {
    const [program, args] = ASKING[shell](
      join(home, 'script'),
      lines.map((line) => line.replace('HOME', home)),
    );
    const env = { PATH: process.env['PATH'], HOME: home, TERM: 'dumb', LC_ALL: 'C.UTF-8' };
    const asked = spawnSync(program, args, { encoding: 'utf8', env, cwd: home, timeout: 50_000 });
    expect(asked.stderr).toBe('');
    const answers = asked.stdout.split('===\n').slice(0, lines.length);
    const plain = (offer: string) =>
      offer
        .replace(/\t.*/, '')
        .replace(/^--[\w-]+=/, '')
        .replace(/^.*\//, '')
        .trim();
    return answers.map((answer) => [...new Set(answer.split('\n').map(plain))].filter((offer) => offer !== '').sort());
  }

  it.skipIf(!isHere).each(CASES.map(([line, offered], index) => ({ line, offered, index })))(
    'offers for "$line": $offered',
    ({ offered, index }) => {
      expect(offers[index]).toEqual([...offered].sort());
    },
  );

  it.skipIf(!isHere)('runs nothing that a file of hosts holds', () => {
    expect(readdirSync(home)).not.toContain('run');
  });

  it.skipIf(!isHere)('offers every command of sonde', () => {
    expect(offers[CASES.length]).toEqual(expect.arrayContaining(COMMANDS));
  });

  it.skipIf(!isHere)('completes an address with colons, where it knows addresses at all', () => {
    // zsh's own _hosts offers names only.
    expect(offers[CASES.length + 2]).toEqual(shell === 'zsh' ? [] : ['fe80::aa']);
  });
});

/** A command line that tells for each of `lines` what the shell offers, and === behind. */
const ASKING: Record<Shell, (script: string, lines: readonly string[]) => [string, string[]]> = {
  // As readline hands it over: = and : are words of their own, and what stands before them in a word is not replaced.
  bash: (script, lines) => {
    const asks = lines.map((line) => {
      const words = line
        .split(' ')
        .flatMap((word) => word.split(/([=:]+)/).filter((part, index) => part !== '' || index === 0))
        .map((word) => `'${word}'`);
      const kept = /[^ ]*[=:](?=[^ ]*$)/.exec(line)?.[0] ?? '';
      return [
        `COMP_LINE='${line}'; COMP_POINT=${line.length}; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}`,
        `_sonde ${words[0]}; printf '%s\\n' "\${COMPREPLY[@]/#/${kept}}"; echo ===`,
      ].join('\n');
    });
    return ['bash', ['--norc', '-c', `source '${script}'\n${asks.join('\n')}`]];
  },
  zsh: (script, lines) => ['zsh', ['-f', join(import.meta.dirname, 'drive.zsh'), script, ...lines]],
  fish: (script, lines) => {
    const asks = lines.map((line) => `complete -C '${line}'; echo ===`);
    return ['fish', ['--no-config', '-c', `source '${script}'\n${asks.join('\n')}`]];
  },
};
