/** Whether a command's tables are what they promise to be, and whether docs/differences.md tells of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OptionSpec } from '../../src/cli/getopt.ts';
import { argumentsOf, type Case, titleOf } from './case.ts';
import type { Command } from './command.ts';
import type { Suite } from './suite.ts';

export interface Tables<D extends string, M extends string> {
  /** All suites of the command. */
  readonly suites: readonly Suite<D, M>[];
  /** The option table of our program. */
  readonly options: readonly OptionSpec[];
  readonly leastCases: number;
  readonly leastCommandLines: number;
  /** Letters without a case, and why. */
  readonly leftOut?: Readonly<Record<string, string>>;
}

export function checkTables<D extends string, M extends string>(command: Command<D, M>, tables: Tables<D, M>): void {
  const { suites, options, leastCases, leastCommandLines, leftOut = {} } = tables;
  const cases = suites.flatMap((suite) => suite.cases);
  const title = (oneCase: Case<D, M>) => titleOf(command.name, oneCase);

  describe(`the tables of ${command.name}`, () => {
    it(`have ${leastCases} cases and more, of ${leastCommandLines} different command lines`, () => {
      expect(cases.length).toBeGreaterThanOrEqual(leastCases);
      // Who runs what, without the lab that it is run in.
      const commandLines = cases.map(({ about: _, ...oneCase }) => title(oneCase));
      expect(new Set(commandLines).size).toBeGreaterThanOrEqual(leastCommandLines);
    });

    it('have a case for every option letter', () => {
      const used = new Set(cases.flatMap((oneCase) => lettersOf(argumentsOf(oneCase), options)));
      const letters = options.flatMap(({ short }) => short ?? []);
      expect(letters.filter((letter) => !used.has(letter) && leftOut[letter] === undefined)).toEqual([]);
    });

    it('have no case twice in a suite', () => {
      for (const suite of suites) {
        const titles = suite.cases.map(title);
        expect(
          titles.filter((one, index) => titles.indexOf(one) !== index),
          suite.title,
        ).toEqual([]);
      }
    });

    it('keep cases that disturb others to themselves', () => {
      for (const suite of suites) {
        if (suite.alone === true) continue;
        const disturbing = suite.cases.filter(
          (oneCase) => oneCase.forget === true || oneCase.dns !== undefined || oneCase.with !== undefined,
        );
        expect(disturbing.map(title), suite.title).toEqual([]);
      }
    });

    it('show each difference by some case', () => {
      const named = new Set([...command.everywhere, ...cases.flatMap(({ differs }) => differs ?? [])]);
      expect(namesOf(command).filter((name) => !named.has(name))).toEqual([]);
    });

    it('have the differences of docs/differences.md, and no other', () => {
      expect(documentedNames(command.name).sort()).toEqual(namesOf(command).sort());
    });
  });
}

/** Letters of clusters, without the arguments glued to them. */
function lettersOf(argv: readonly string[], options: readonly OptionSpec[]): string[] {
  const takesArgument = (letter: string) =>
    options.some(({ short, argument }) => short === letter && argument !== undefined);
  return argv
    .filter((word) => /^-[^-]/.test(word))
    .flatMap((word) => {
      const cluster = [...word.slice(1)];
      const last = cluster.findIndex(takesArgument);
      return last === -1 ? cluster : cluster.slice(0, last + 1);
    });
}

function namesOf<D extends string, M extends string>({ differences }: Command<D, M>): D[] {
  return Object.keys(differences) as D[];
}

const DOCUMENT = new URL('../../docs/differences.md', import.meta.url);

/** The names in brackets in the section `## <command>`; links, code and argv[0] have other brackets. */
function documentedNames(command: string): string[] {
  const sections = readFileSync(DOCUMENT, 'utf8').split(/^## /m);
  const section = sections.find((text) => text.startsWith(`${command}\n`)) ?? '';
  const names = section.replaceAll(/`[^`\n]*`/g, '').matchAll(/(?<=\s)\[([^\]\n]+)\](?!\()/g);
  return [...new Set([...names].map(([, name]) => name!))];
}
