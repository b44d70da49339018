/** The port of router discovery on a real socket. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { answerOf } from '../native/program.ts';

const EARLIER = new URL('./programs/earlier.ts', import.meta.url);

describeLab('the port of router discovery', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
  });
  afterAll(async () => await lab.close());

  it('hears nothing that came before its options stood: it would name no interface', async () => {
    expect(await answerOf(EARLIER, 'hear', null, { netns: lab.netns('b') })).toEqual({ earlier: 0, later: 1 });
  });
});
