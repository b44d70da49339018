/** Turns tables of cases into tests: one lab for each suite, and in it every command line run by both programs. */
import { afterAll, beforeAll, type ExpectStatic, it, vi } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { type OpenBench, openBench, type Scene } from './bench.ts';
import { type Case, titleOf } from './case.ts';
import type { Command } from './command.ts';
import { compare } from './compare.ts';

/** Most cases wait most of the time; more of them at once would be late for their own timers on a small machine. */
const AT_ONCE = 8;

/**
 * Two programs cannot be compared when one of them did not get the processor for half a second: of 1300 runs on a machine
 * with five times the work that it can do, two or three met that. What is wrong is wrong twice.
 */
const RETRIES = 1;

export interface Suite<D extends string, M extends string> extends Scene {
  readonly title: string;
  /** One after the other: they would see each other's packets, marks, errors or helpers. */
  readonly alone?: true;
  readonly cases: readonly Case<D, M>[];
}

export function runSuites<D extends string, M extends string>(
  command: Command<D, M>,
  suites: readonly Suite<D, M>[],
): void {
  for (const suite of suites) runSuite(command, suite);
}

function runSuite<D extends string, M extends string>(command: Command<D, M>, suite: Suite<D, M>): void {
  vi.setConfig({ maxConcurrency: AT_ONCE });
  describeLab(suite.title, () => {
    let bench: OpenBench;
    beforeAll(async () => {
      bench = await openBench(command.name, suite);
    });
    afterAll(async () => await bench?.close());
    const isAlone = (oneCase: Case<D, M>) => suite.alone === true || oneCase.alone === true;
    // Those that run alone come last: one between others would part them, and each part waits for its slowest.
    for (const oneCase of suite.cases.toSorted((a, b) => Number(isAlone(a)) - Number(isAlone(b)))) {
      const test = async ({ expect }: { expect: ExpectStatic }) => {
        const { ours, wanted, complaints, transcript } = await compare(command, oneCase, bench);
        expect(ours, transcript).toEqual(wanted);
        expect(complaints, transcript).toEqual([]);
      };
      (isAlone(oneCase) ? it.sequential : it.concurrent)(titleOf(command.name, oneCase), { retry: RETRIES }, test);
    }
  });
}
