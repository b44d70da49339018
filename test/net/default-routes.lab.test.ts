/** Default routes by netlink, looked at with ip(8): each is made and removed alone, beside the routes of others. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Child } from '../lab/child.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';

const PROGRAM = new URL('programs/default-routes.ts', import.meta.url).pathname;
const OTHERS = 'default via 10.77.1.254 dev eth0 ';
const EPERM = 1;
const ENETUNREACH = 101;

describeLab('default routes', () => {
  let lab: Lab;
  let table: Child;

  beforeAll(async () => {
    lab = await createLab();
    table = await Child.start(lab.netns('a'), PROGRAM);
  });
  afterAll(async () => {
    await table.stop();
    await lab.close();
  });

  const routes = async () =>
    (await lab.run('a', ['ip', 'route', 'show', 'default'])).stdout.split('\n').filter((line) => line !== '');

  it('are set ahead of those that are there, the newest first, and marked as learnt from routers', async () => {
    expect(await table.ask('add 10.77.1.5')).toBe('done');
    expect(await table.ask('add 10.77.1.6')).toBe('done');
    expect(await routes()).toEqual([
      'default via 10.77.1.6 dev eth0 proto ra ',
      'default via 10.77.1.5 dev eth0 proto ra ',
      OTHERS,
    ]);
  });

  it('are told of when they are there already', async () => {
    expect(await table.ask('add 10.77.1.5')).toBe('exists');
    expect(await routes()).toHaveLength(3);
  });

  it('go through the same gateway as one of somebody else, which is never removed', async () => {
    expect(await table.ask('add 10.77.1.254')).toBe('done');
    expect(await table.ask('remove 10.77.1.254')).toBe('done');
    expect(await table.ask('remove 10.77.1.254')).toBe('done');
    expect(await routes()).toContain(OTHERS);
  });

  it('are refused by the errno for a gateway that is not on the link', async () => {
    expect(await table.ask('add 203.0.113.1')).toBe(String(ENETUNREACH));
    expect(await routes()).toHaveLength(3);
  });

  it('are taken back when the table is closed, all that it has made', async () => {
    expect(await table.ask('remove 10.77.1.6')).toBe('done');
    expect(await table.ask('close')).toBe('closed');
    expect(await routes()).toEqual([OTHERS]);
  });

  it('need CAP_NET_ADMIN when they are set, and not only when the socket was opened', async () => {
    const other = await Child.start(lab.netns('a'), PROGRAM);
    expect(await other.ask('keep')).toBe('1000');
    expect([await other.ask('add 10.77.1.7'), await other.ask('remove 10.77.1.7')]).toEqual(['done', 'done']);
    expect(await other.ask('drop')).toBe('0');
    expect(await other.ask('add 10.77.1.7')).toBe(String(EPERM));
    await other.stop();
    expect(await routes()).toEqual([OTHERS]);
  });
});
