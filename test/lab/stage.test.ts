import { statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeLab } from './describe-lab.ts';
import { createLab } from './lab.ts';
import { createStage } from './stage.ts';

describeLab('a stage', () => {
  it('lets nobody run what lies there, and is removed', async () => {
    const stage = createStage();
    const lab = await createLab();
    try {
      const listed = await lab.run('a', ['find', stage.folder, '-not', '-readable'], { user: 'nobody' });
      expect(listed).toMatchObject({ stdout: '', stderr: '', status: 0 });
      expect((await lab.run('a', ['cat', `${stage.folder}/package.json`], { user: 'nobody' })).stdout).toContain(
        'sonde',
      );
      expect(stage.command('ping')).toBe(`${stage.folder}/bin/ping`);
      writeFileSync(`${stage.folder}/mine`, '');
      expect((await lab.run('a', ['rm', `${stage.folder}/mine`], { user: 'nobody' })).status).not.toBe(0);
    } finally {
      await lab.close();
      stage.remove();
    }
    expect(statSync(stage.folder, { throwIfNoEntry: false })).toBeUndefined();
  });
});
