/** `ping()` of the library by UDP and TCP, as nobody with ICMP sockets closed, from the files that are published. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../../lab/describe-lab.ts';
import { DESTINATIONS } from '../../lab/destinations.ts';
import { createLab, type Lab } from '../../lab/lab.ts';
import { createStage, type Stage } from '../../lab/stage.ts';
import { HOSTS } from '../../lab/topology.ts';

describeLab('ping() by other methods', () => {
  let lab: Lab;
  let stage: Stage;
  beforeAll(async () => {
    stage = createStage();
    lab = await createLab({ datagramIcmp: false });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  /** What `body` answers, a function body with `ping` and `descriptors()` at hand. */
  async function answerOf(body: string, user: 'root' | 'nobody' = 'nobody'): Promise<unknown> {
    const program = `
      import { readdirSync } from 'node:fs';
      import { ping } from '${stage.folder}/dist/library/index.js';
      const descriptors = () => readdirSync('/proc/self/fd').length;
      const answer = async () => { ${body} };
      console.log(JSON.stringify(await answer()));`;
    const argv = [process.execPath, '--input-type=module', '-e', program];
    const { stdout, stderr, status } = await lab.run('a', argv, { user });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    return JSON.parse(stdout);
  }

  it.each([
    ['udp', 'port-unreachable', 33_434],
    ['tcp', 'rst', 443],
  ])('%s tells which answer it was, and the summary which port', async (method, answer, port) => {
    const events = (await answerOf(`
      const events = [];
      for await (const event of ping('${HOSTS.b.ipv4}', { method: '${method}', count: 2, intervalMs: 20 })) events.push(event);
      return events;`)) as Record<string, unknown>[];
    expect(events.map(({ type }) => type)).toEqual(['start', 'reply', 'reply', 'summary']);
    expect(events[0]).toMatchObject({ method, port, isMethodFound: false });
    expect(events[1]).toMatchObject({ answer, source: HOSTS.b.ipv4, sequence: 1 });
    expect(events[3]).toMatchObject({ method, port, received: 2 });
  });

  it('auto takes UDP here, and tells why not ICMP', async () => {
    const events = (await answerOf(`
      const events = [];
      for await (const event of ping('${HOSTS.b.ipv4}', { method: 'auto', count: 1 })) events.push(event);
      return events;`)) as Record<string, unknown>[];
    expect(events.map(({ type }) => type)).toEqual(['warning', 'start', 'reply', 'summary']);
    expect(events[0]!['message']).toMatch(/^--method auto: ICMP: socket: Operation not permitted/);
    expect(events[1]).toMatchObject({ method: 'udp', isMethodFound: true });
  });

  it.each([{ method: 'auto' }, { ttl: 9 }])('given %j, takes no reply to another ping for its own', async (options) => {
    const hosts = [HOSTS.b.ipv4, DESTINATIONS.blackHole.ipv4, HOSTS.r1.ipv4];
    const received = await answerOf(
      `
      const options = { ...${JSON.stringify(options)}, count: 3, intervalMs: 50, timeoutMs: 300 };
      const hosts = ${JSON.stringify(hosts)};
      const runs = await Promise.all(Array.from({ length: 15 }, (_, at) => ping(hosts[at % 3], options)));
      return runs.map(({ received, duplicates }) => received + duplicates);`,
      'root',
    );
    expect(received).toEqual(Array.from({ length: 5 }, () => [3, 0, 3]).flat());
  });

  it('auto stops trying methods when it is aborted', async () => {
    const [before, after] = (await answerOf(`
      await ping('${HOSTS.b.ipv4}', { method: 'udp', count: 1 });
      const before = descriptors();
      const silent = ping('${DESTINATIONS.blackHole.ipv4}', { method: 'auto', signal: AbortSignal.timeout(50) });
      await silent.catch(() => {});
      await new Promise(setImmediate);
      return [before, descriptors()];`)) as number[];
    expect(after).toBe(before);
  });

  it('closes what it opened, also when it is aborted or left in the middle, with many at once', async () => {
    const [before, after, received] = (await answerOf(`
      const options = { intervalMs: 20, count: 3 };
      await ping('${HOSTS.b.ipv4}', { ...options, method: 'tcp' });
      const before = descriptors();
      const many = ['udp', 'tcp'].flatMap((method) =>
        Array.from({ length: 50 }, () => ping('${HOSTS.b.ipv4}', { ...options, method })));
      const received = (await Promise.all(many)).reduce((sum, { received }) => sum + received, 0);
      for (const method of ['udp', 'tcp']) {
        const silent = ping('${DESTINATIONS.blackHole.ipv4}', { ...options, method, signal: AbortSignal.timeout(50) });
        await silent.catch(() => {});
        for await (const event of ping('${HOSTS.b.ipv4}', { ...options, method })) if (event.type === 'reply') break;
      }
      while (descriptors() > before) await new Promise(setImmediate);
      return [before, descriptors(), received];`)) as number[];
    expect(after).toBe(before);
    expect(received).toBe(300);
  });

  it.each([
    [{ method: 'tcp', size: 100 }, 'RangeError: method tcp cannot do: size'],
    [{ method: 'udp', recordRoute: true, adaptive: true }, 'RangeError: method udp cannot do: adaptive, recordRoute'],
    [{ port: 80 }, 'RangeError: port needs a method: udp, tcp or auto'],
    [{ method: 'sctp' }, /^(Type|Range)Error: method /],
    [{ method: 'udp', port: 0 }, /^RangeError: port /],
  ])('refuses %j at once', async (options, message) => {
    const told = await answerOf(`
      try { ping('${HOSTS.b.ipv4}', ${JSON.stringify(options)}); } catch (error) { return String(error); }`);
    if (typeof message === 'string') expect(told).toBe(message);
    else expect(told).toMatch(message);
  });
});
