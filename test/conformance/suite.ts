/** Turns tables of cases into tests: one lab for each suite, and in it every command line run by both programs. */
import { afterAll, beforeAll, type ExpectStatic, it, vi } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab, type LabOptions } from '../lab/lab.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { type Case, titleOf } from './case.ts';
import { type Bench, compare, IPUTILS_PATH } from './compare.ts';

/** Most cases wait most of the time; more of them at once would be late for their own timers on a small machine. */
const AT_ONCE = 8;

/**
 * Two programs cannot be compared when one of them did not get the processor for half a second: of 1300 runs on a machine
 * with five times the work that it can do, two or three met that. What is wrong is wrong twice.
 */
const RETRIES = 1;

export interface Suite {
  readonly title: string;
  readonly lab: LabOptions;
  /** One after the other: they would see each other's packets, marks or errors. */
  readonly alone?: true;
  readonly cases: readonly Case[];
}

export function runSuite({ title, lab: labOptions, alone, cases }: Suite): void {
  vi.setConfig({ maxConcurrency: AT_ONCE });
  describeLab(title, () => {
    let lab: Lab;
    let stage: Stage;
    let bench: Bench;
    beforeAll(async () => {
      stage = createStage();
      lab = await createLab(labOptions);
      const version = await lab.run('a', ['ping', '-V'], { env: { PATH: IPUTILS_PATH } });
      bench = {
        run: (argv, options) => lab.run('a', argv, options),
        forgetLearned: () => lab.forgetLearned(),
        behave: (behaviour) => lab.dns.behave(behaviour),
        ourPing: stage.command('ping'),
        has20221126: version.stdout.startsWith('ping from iputils 20221126\n'),
      };
    });
    afterAll(async () => {
      await lab.close();
      stage.remove();
    });
    for (const oneCase of cases) {
      const test = async ({ expect }: { expect: ExpectStatic }) => {
        const { ours, wanted, complaints, transcript } = await compare(oneCase, bench);
        expect(ours, transcript).toEqual(wanted);
        expect(complaints, transcript).toEqual([]);
      };
      (alone === true ? it.sequential : it.concurrent)(titleOf(oneCase), { retry: RETRIES }, test);
    }
  });
}
