import { describe, expect, it } from 'vitest';
import { formatBash } from '../../src/completion/bash.ts';
import { toCompletable } from '../../src/completion/completable.ts';
import { formatFish } from '../../src/completion/fish.ts';
import { formatZsh } from '../../src/completion/zsh.ts';

/** What a help text may hold, and no table of ours does: each shell has other characters that mean something. */
const AWKWARD = "the peer's [own] name: C:\\x $HOME `id`";

const COMMANDS = [
  toCompletable({
    usage: {
      command: 'ping',
      alsoCalled: ['ping4'],
      summary: "a peer's: one",
      synopsis: '',
      operands: [],
      completes: 'host',
      exitStatuses: [],
      examples: [],
    },
    options: [
      { short: 'h', alsoShort: '?', long: 'usage', help: AWKWARD },
      { long: 'mode', argument: 'a:b', values: ['one', 'two'], help: 'which' },
    ],
  }),
  toCompletable({
    usage: { command: 'sonde sweep', summary: 'many', synopsis: '', operands: [], exitStatuses: [], examples: [] },
    options: [{ short: 'f', long: 'file', argument: 'file', completes: 'file', help: 'from here' }],
  }),
];

describe('a completion script', () => {
  it('completes commands by all names of their launchers, and what is only below sonde through sonde', () => {
    expect(formatBash(COMMANDS)).toContain('complete -F _sonde sonde ping ping4\n');
    expect(formatZsh(COMMANDS)).toMatch(/^#compdef sonde ping ping4\n/);
    const fish = formatFish(COMMANDS);
    expect(fish).toContain("complete -c ping4 -l mode -r -f -a 'one two' -d 'which'\n");
    expect(fish).toContain("complete -c sonde -n '__sonde_runs sweep' -s 'f' -l file -r -F -d 'from here'\n");
    expect(fish).not.toContain('-c sweep');
  });

  it('quotes whatever a help text holds', () => {
    expect(formatZsh(COMMANDS)).toContain(
      "'(-h -? --usage)'{-h,-\\?,--usage}'[the peer'\\''s \\[own\\] name\\: C\\:\\\\x $HOME `id`]'",
    );
    expect(formatZsh(COMMANDS)).toContain("'*'--mode='[which]:a\\:b:(one two)'");
    expect(formatFish(COMMANDS)).toContain("-s 'h' -s '?' -l usage -d 'the peer\\'s [own] name: C:\\\\x $HOME `id`'\n");
    // bash shows no help.
    expect(formatBash(COMMANDS)).not.toContain('peer');
  });
});
