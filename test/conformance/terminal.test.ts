import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { argumentsOf, titleOf } from './case.ts';
import { ON_A_TERMINAL } from './cases/streams.ts';
import { maskClocks } from './mask.ts';

describeLab('our ping on a terminal', () => {
  let lab: Lab;
  let stage: Stage;
  beforeAll(async () => {
    stage = createStage();
    lab = await createLab({ names: 'dns', liar: true });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  it.concurrent.each(ON_A_TERMINAL.map((oneCase) => [titleOf(oneCase), argumentsOf(oneCase)] as const))(
    '%s prints what it prints into a pipe',
    async (_, args) => {
      const argv = [stage.command('ping'), ...args];
      const terminal = await lab.run('a', argv, { tty: true });
      const pipe = await lab.run('a', argv, { merged: true });
      expect(maskClocks(terminal.stdout.replaceAll('\r\n', '\n'))).toBe(maskClocks(pipe.stdout));
      expect(terminal.stdout).not.toContain('\x1b');
      expect(terminal.status).toBe(pipe.status);
    },
  );
});
