import { describe, expect, it } from 'vitest';
import { parseCompletion, SHELLS } from '../../src/completion/options.ts';

const parse = (line: string) =>
  parseCompletion(
    line.split(' ').filter((word) => word !== ''),
    false,
  );

describe('the command line of sonde completion', () => {
  it.each(SHELLS)('takes the name of a shell: %s', (shell) => {
    expect(parse(shell)).toMatchObject({ action: 'run', options: { shell } });
  });

  it('asks for one shell', () => {
    expect(parse('')).toMatchObject({ action: 'usage', message: null });
    expect(parse('bash zsh')).toMatchObject({ action: 'usage', message: null });
  });

  it.each([
    ['bsh', "no completion for 'bsh' (bash, zsh, fish); did you mean 'bash'?"],
    ['powershell', "no completion for 'powershell' (bash, zsh, fish)"],
  ])('refuses other shells, and says which one may have been meant: %s', (word, message) => {
    expect(parse(word)).toMatchObject({ action: 'fail', exitStatus: 3, message });
  });
});
