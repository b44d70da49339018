import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../describe-lab.ts';
import { createLab, type Lab } from '../lab.ts';
import { type PathControl, startPath } from './control.ts';
import { routers } from './spec.ts';

describeLab('paths in a lab', () => {
  let lab: Lab;
  let path: PathControl;
  beforeAll(async () => {
    lab = await createLab();
    path = await startPath(lab);
  });
  afterAll(async () => {
    await path.stop();
    await lab.close();
  });

  it.each([
    ['10.99.1.1', '10.99.0.'],
    ['fd99::1:1', 'fd99::'],
  ])('are walked by iputils: %s', async (target, router) => {
    await path.change({ target: { ipv4: '10.99.1.1', ipv6: 'fd99::1:1' }, hops: [{}, { mtuOctets: 1400 }, {}] });
    const { stdout, status } = await lab.run('a', ['tracepath', '-n', target]);
    const lines = stdout.replaceAll(/ +\d+\.\d+ms/g, ' ').split('\n');
    expect(lines.map((line) => line.trimEnd().replaceAll(/ +/g, ' '))).toEqual([
      ' 1?: [LOCALHOST] pmtu 1500',
      ` 1: ${router}1`,
      ` 1: ${router}1`,
      ` 2: ${router}2`,
      ` 3: ${router}2 pmtu 1400`,
      ` 3: ${router}3`,
      ` 4: ${target} reached`,
      ' Resume: pmtu 1400 hops 4 back 4',
      '',
    ]);
    expect(status).toBe(0);
    const log = await path.log(target);
    expect(log.map(({ hopLimit }) => hopLimit)).toEqual([1, 1, 2, 3, 3, 4]);
    expect(log.map(({ octets }) => octets)).toEqual([1500, 1500, 1500, 1500, 1400, 1400]);
  });

  it('change while they are used', async () => {
    const target = { ipv4: '10.99.1.2' };
    await path.change({ target, hops: routers(2) });
    const reached = async () => (await lab.run('a', ['tracepath', '-n', target.ipv4])).stdout;
    expect(await reached()).toContain('hops 3 back 3');
    await path.change({ target, hops: routers(1) });
    expect(await path.log(target.ipv4)).toEqual([]);
    expect(await reached()).toContain('hops 2 back 2');
  });

  it('answer late and with a datagram', async () => {
    const target = { ipv4: '10.99.1.3' };
    await path.change({ target, hops: [{ delayMs: 30 }], end: { is: 'udp-echo' } });
    const { stdout } = await lab.run('a', ['tracepath', '-n', target.ipv4]);
    expect(Number(/10\.99\.0\.1 +([\d.]+)ms/.exec(stdout)![1])).toBeGreaterThanOrEqual(30);
    expect(stdout).toContain('2?: reply received 8)');
  });
});
