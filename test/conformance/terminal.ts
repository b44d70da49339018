/** A terminal shows what a pipe gets, but for its line ends, and our programs send it no escape sequence. */
import { afterAll, beforeAll, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { type OpenBench, openBench } from './bench.ts';
import { argumentsOf, titleOf } from './case.ts';
import type { Command } from './command.ts';
import { maskClocks } from './mask.ts';
import type { Suite } from './suite.ts';

/** Runs only our program, with the arguments of the suite's cases: once on a terminal and once into a pipe. */
export function runTerminalSuite<D extends string, M extends string>(
  command: Command<D, M>,
  suite: Omit<Suite<D, M>, 'alone'>,
): void {
  describeLab(suite.title, () => {
    let bench: OpenBench;
    beforeAll(async () => {
      bench = await openBench(command.name, suite);
    });
    afterAll(async () => await bench?.close());
    for (const oneCase of suite.cases) {
      it.concurrent(`${titleOf(command.name, oneCase)} prints what it prints into a pipe`, async ({ expect }) => {
        const argv = [bench.ourPath, ...argumentsOf(oneCase)];
        const terminal = await bench.run(argv, { tty: true });
        const pipe = await bench.run(argv, { merged: true });
        const shown = terminal.stdout.replaceAll('\r\n', '\n');
        expect(maskClocks(shown, command.masks, oneCase.masks)).toBe(
          maskClocks(pipe.stdout, command.masks, oneCase.masks),
        );
        expect(terminal.stdout).not.toContain('\x1b');
        expect(terminal.status).toBe(pipe.status);
      });
    }
  });
}
