/** Whether the tables are what they promise to be. */
import { expect, it } from 'vitest';
import { PING_OPTIONS } from '../../src/ping/options.ts';
import { argumentsOf, type Case, titleOf } from './case.ts';
import { SUITES } from './cases/index.ts';

const CASES = SUITES.flatMap(({ cases }) => cases);
const LEAST_CASES = 1000;
const LEAST_COMMAND_LINES = 500;
/** Letters without a case, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  j: '20221126 has no JSON to compare with; test/ping/json.test.ts looks at ours',
};

/** Who runs what, without the lab that it is run in. */
function commandLine(oneCase: Case): string {
  return titleOf({ ...oneCase, about: undefined as never });
}

it(`has ${LEAST_CASES} cases and more, of ${LEAST_COMMAND_LINES} different command lines`, () => {
  expect(CASES.length).toBeGreaterThanOrEqual(LEAST_CASES);
  expect(new Set(CASES.map(commandLine)).size).toBeGreaterThanOrEqual(LEAST_COMMAND_LINES);
});

it('has a case for every option letter', () => {
  const takesArgument = new Set<string>(
    PING_OPTIONS.flatMap((option) => ('argument' in option && 'short' in option ? [option.short] : [])),
  );
  const used = new Set<string>();
  for (const oneCase of CASES) for (const letter of lettersOf(argumentsOf(oneCase), takesArgument)) used.add(letter);
  const letters = PING_OPTIONS.flatMap((option) => ('short' in option ? [option.short as string] : []));
  expect(letters.filter((letter) => !used.has(letter) && LEFT_OUT[letter] === undefined)).toEqual([]);
});

/** Letters of clusters, without the arguments glued to them. */
function lettersOf(argv: readonly string[], takesArgument: ReadonlySet<string>): string[] {
  return argv
    .filter((word) => /^-[^-]/.test(word))
    .flatMap((word) => {
      const cluster = [...word.slice(1)];
      const last = cluster.findIndex((letter) => takesArgument.has(letter));
      return last === -1 ? cluster : cluster.slice(0, last + 1);
    });
}

it('has no case twice in a suite', () => {
  for (const { title, cases } of SUITES) {
    const titles = cases.map(titleOf);
    expect(
      titles.filter((one, index) => titles.indexOf(one) !== index),
      title,
    ).toEqual([]);
  }
});

it('keeps cases that disturb others to themselves', () => {
  for (const { title, alone, cases } of SUITES) {
    if (alone === true) continue;
    const disturbing = cases.filter(({ forget, dns }) => forget === true || dns !== undefined);
    expect(disturbing.map(titleOf), title).toEqual([]);
  }
});

it('gives no identifier to two cases of a lab, which might run at once', () => {
  for (const { title, alone, cases } of SUITES) {
    if (alone === true) continue;
    const identifiers = cases.flatMap((oneCase) => {
      const argv = argumentsOf(oneCase);
      const identifier = argv[argv.indexOf('-e') + 1];
      return argv.includes('-e') && identifier !== '0' ? [identifier] : [];
    });
    expect(new Set(identifiers).size, title).toBe(identifiers.length);
  }
});
