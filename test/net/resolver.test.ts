/** Names for a line of output: asked for in the background, waited for a moment, remembered. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NativeAddon } from '../../src/net/native.ts';
import { ReverseNames, resolveName } from '../../src/net/resolver.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { HOSTS } from '../lab/topology.ts';
import { answerOf } from '../native/program.ts';

const PROGRAM = new URL('./programs/sockets.ts', import.meta.url);
/** resolver.ts: so long a line waits for a name. */
const GRACE_MS = 250;

describe('resolveName', () => {
  const AT_ONCE = 64;

  it('does not begin what nobody wants any more when its turn comes, and goes on with the others', async () => {
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    const addon = {
      getaddrinfo: (name: string, _family: number, _flags: number, answer: (error: null, info: object) => void) => {
        asked.push(name);
        answers.push(() => answer(null, { canonicalName: name, addresses: [] }));
      },
    } as unknown as NativeAddon;
    let isWanted = true;
    const first = Array.from({ length: AT_ONCE }, (_, index) => resolveName(addon, `first${index}`, null));
    const given = Array.from({ length: 100 }, () => resolveName(addon, 'given-up', null, () => isWanted));
    const last = resolveName(addon, 'last', null);
    expect(asked).toHaveLength(AT_ONCE);
    isWanted = false;
    const settled = Promise.allSettled(given);
    answers.shift()!();
    expect((await settled).every(({ status }) => status === 'rejected')).toBe(true);
    await vi.waitFor(() => expect(asked.at(-1)).toBe('last'));
    for (const answer of answers) answer();
    expect((await last).canonicalName).toBe('last');
    await Promise.all(first);
    expect(asked).toHaveLength(AT_ONCE + 1);
  });
});

describe('ReverseNames', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A resolver whose answers the test gives. */
  function scripted() {
    const pending = new Map<string, (name: string | null) => void>();
    const asked: string[] = [];
    const names = new ReverseNames((address, answer) => {
      asked.push(address);
      pending.set(address, answer);
    });
    return { names, asked, answer: (address: string, name: string | null) => pending.get(address)!(name) };
  }

  it('is ready when every address has its answer, a name or none', async () => {
    const { names, answer } = scripted();
    expect(names.isReady([])).toBe(true);
    expect(names.isReady(['192.0.2.1'])).toBe(false);
    const prepared = names.prepare(['192.0.2.1', '192.0.2.2']);
    answer('192.0.2.1', 'one.example');
    expect(names.isReady(['192.0.2.1'])).toBe(true);
    expect(names.isReady(['192.0.2.1', '192.0.2.2'])).toBe(false);
    answer('192.0.2.2', null);
    expect(names.isReady(['192.0.2.1', '192.0.2.2'])).toBe(true);
    await prepared;
    expect(['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(names.nameOf)).toEqual(['one.example', null, null]);
  });

  it('asks for each address once, however often it is prepared', async () => {
    const { names, asked, answer } = scripted();
    const both = [names.prepare(['192.0.2.1']), names.prepare(['192.0.2.1', '192.0.2.1'])];
    answer('192.0.2.1', 'one.example');
    await Promise.all(both);
    await names.prepare(['192.0.2.1']);
    expect(asked).toEqual(['192.0.2.1']);
  });

  it('takes an answer that comes at once', async () => {
    const names = new ReverseNames((address, answer) => answer(`${address}.example`));
    await names.prepare(['192.0.2.1']);
    expect(names.nameOf('192.0.2.1')).toBe('192.0.2.1.example');
    expect(vi.getTimerCount()).toBe(0); // nothing is left that would keep the process
  });

  it('gives up waiting after the grace period, counted from the first question', async () => {
    const { names } = scripted();
    const settled = vi.fn();
    void names.prepare(['192.0.2.1']).then(settled);
    await vi.advanceTimersByTimeAsync(GRACE_MS - 50);
    void names.prepare(['192.0.2.1']).then(settled);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(50);
    expect(settled).toHaveBeenCalledTimes(2);
    expect(names.isReady(['192.0.2.1'])).toBe(true);
    expect(names.nameOf('192.0.2.1')).toBeNull();
  });

  it('does not wait a second time for an address that had its time', async () => {
    const { names, asked } = scripted();
    const first = names.prepare(['192.0.2.1']);
    await vi.advanceTimersByTimeAsync(GRACE_MS);
    await first;
    await names.prepare(['192.0.2.1']); // settles without a timer
    expect(asked).toEqual(['192.0.2.1']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('remembers an answer that comes late', async () => {
    const { names, answer } = scripted();
    const prepared = names.prepare(['192.0.2.1']);
    await vi.advanceTimersByTimeAsync(GRACE_MS);
    await prepared;
    answer('192.0.2.1', 'late.example');
    expect(names.nameOf('192.0.2.1')).toBe('late.example');
    expect(names.isReady(['192.0.2.1'])).toBe(true);
  });

  it('waits for one address while another has its answer', async () => {
    const { names, answer } = scripted();
    const settled = vi.fn();
    const prepared = names.prepare(['192.0.2.1', '192.0.2.2']).then(settled);
    answer('192.0.2.1', 'one.example');
    await vi.advanceTimersByTimeAsync(GRACE_MS - 1);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await prepared;
    expect(['192.0.2.1', '192.0.2.2'].map(names.nameOf)).toEqual(['one.example', null]);
  });
});

describe('ReverseNames in a flood of addresses', () => {
  const addresses = (count: number) => Array.from({ length: count }, (_, index) => `2001:db8::${index.toString(16)}`);

  it('has so many lookups under way and no more, however long they take', async () => {
    const answers: ((name: string | null) => void)[] = [];
    const names = new ReverseNames((_address, answer) => answers.push(answer));
    const [first, later] = [addresses(200), '192.0.2.1'];
    const prepared = names.prepare(first);
    expect(answers).toHaveLength(64);
    expect(names.isReady(first.slice(64))).toBe(true);
    for (const answer of answers.splice(0)) answer('some.example');
    await prepared;
    expect(names.nameOf(first[0]!)).toBe('some.example');
    expect(names.nameOf(first[64]!)).toBeNull();
    const after = names.prepare([later]);
    answers[0]!('later.example');
    await after;
    expect(names.nameOf(later)).toBe('later.example');
  });

  it('remembers so many and no more: others are ready without a name', async () => {
    const names = new ReverseNames((address, answer) => answer(address));
    const many = addresses(2 ** 16);
    await names.prepare(many);
    expect(names.isReady(['192.0.2.1'])).toBe(true);
    expect(names.nameOf('192.0.2.1')).toBeNull();
    expect(names.nameOf(many[0]!)).toBe(many[0]);
  });
});

interface Reversed {
  readonly batches: readonly {
    readonly wasReady: boolean;
    readonly isReady: boolean;
    readonly names: readonly (string | null)[];
    readonly tookMs: number;
  }[];
  readonly late: readonly (string | null)[];
}

describeLab("with the lab's DNS server", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab({ names: 'dns' });
  });
  afterAll(async () => {
    await lab.close();
  });
  const inside = () => ({ netns: lab.netns('a') });

  it('finds names of both families, and that there is none', async () => {
    await lab.dns.behave({ mode: 'answer' });
    const addresses = [
      HOSTS.b.ipv4,
      HOSTS.b.ipv6,
      DESTINATIONS.noName.ipv4,
      'no address at all',
      `${HOSTS.r1.linkLocal}%eth0`,
    ];
    const { batches } = await answerOf<Reversed>(PROGRAM, 'reverse', { addresses: [addresses], lateMs: 0 }, inside());
    expect(batches).toMatchObject([
      { wasReady: false, isReady: true, names: ['hostb.lab', 'hostb6.lab', null, null, null] },
    ]);
  });

  it('waits for a hanging server no longer than the grace period, and once for each address', async () => {
    await lab.dns.behave({ mode: 'hang' });
    const [one, two] = [HOSTS.b.ipv4, HOSTS.r1.ipv4];
    const addresses = [[one], [one], [one, two], [two, one]];
    const { batches } = await answerOf<Reversed>(PROGRAM, 'reverse', { addresses, lateMs: 0 }, inside());
    const [first, second, third, fourth] = batches.map(({ tookMs }) => tookMs);
    for (const waited of [first!, third!]) {
      expect(waited).toBeGreaterThanOrEqual(GRACE_MS - 1);
      expect(waited).toBeLessThan(900); // one try of one second
    }
    for (const waited of [second!, fourth!]) expect(waited).toBeLessThan(GRACE_MS / 2);
    expect(batches.every(({ isReady, names }) => isReady && names.every((name) => name === null))).toBe(true);
  });

  it('remembers names that come after it', async () => {
    await lab.dns.behave({ mode: 'delay', delayMs: GRACE_MS + 150 });
    const { batches, late } = await answerOf<Reversed>(
      PROGRAM,
      'reverse',
      { addresses: [[HOSTS.b.ipv4]], lateMs: 5000 },
      inside(),
    );
    expect(batches[0]!.names).toEqual([null]);
    expect(late).toEqual(['hostb.lab']);
  });

  it('resolves names to addresses of the family that is asked for', async () => {
    await lab.dns.behave({ mode: 'answer' });
    const asked = [
      { name: 'hostb.lab', family: null },
      { name: 'hostb.lab', family: 4 },
      { name: 'hostb.lab', family: 6 },
      { name: 'alias4.lab', family: null },
      { name: 'hostb4.lab', family: 6 },
      { name: 'nosuch.lab', family: null },
      { name: '192.0.2.1', family: null },
    ];
    const unknown = { code: 'EAI_NONAME', message: 'getaddrinfo: Name or service not known' };
    expect(await answerOf(PROGRAM, 'resolve', asked, inside())).toEqual([
      { canonicalName: 'hostb.lab', addresses: [HOSTS.b.ipv6, HOSTS.b.ipv4] },
      { canonicalName: 'hostb.lab', addresses: [HOSTS.b.ipv4] },
      { canonicalName: 'hostb.lab', addresses: [HOSTS.b.ipv6] },
      { canonicalName: 'hostb4.lab', addresses: [HOSTS.b.ipv4] },
      { code: 'EAI_NODATA', message: 'getaddrinfo: No address associated with hostname' },
      unknown,
      { canonicalName: '192.0.2.1', addresses: ['192.0.2.1'] },
    ]);
  });
});
