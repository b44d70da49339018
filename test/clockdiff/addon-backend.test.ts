/** The session that the addon's backend sets up, with a kernel that does as the test says. */
import { describe, expect, it } from 'vitest';
import { NO_CONDITIONS } from '../../src/cli/conditions.ts';
import { addonBackend } from '../../src/clockdiff/addon-backend.ts';
import type { ClockdiffOptions } from '../../src/clockdiff/options.ts';
import { IP_OPTIONS, SOL_IP } from '../../src/net/constants.ts';
import type { NativeAddon, SystemError } from '../../src/net/native.ts';
import { encodeSockaddr } from '../../src/net/sockaddr.ts';

const OPTIONS: ClockdiffOptions = {
  mode: 'ip-4',
  dateFormat: 'ctime',
  samples: 50,
  intervalSeconds: 0,
  deadlineSeconds: 0,
  uncertainty: false,
  stats: false,
  json: false,
  backend: null,
  conditions: NO_CONDITIONS,
  destination: '192.0.2.7',
};

const OWN = { family: 4, octets: Uint8Array.of(192, 0, 2, 1), scope: 0 } as const;

function refusal(syscall: string, code: string, errno: number, words: string): SystemError {
  return Object.assign(new Error(`${syscall}: ${words}`), { code, errno: -errno, syscall });
}

/** A kernel in which everything works, but for `changes`; `calls` are the names of what was called, in order. */
function fakeAddon(changes: Partial<NativeAddon> = {}): { readonly addon: NativeAddon; readonly calls: string[] } {
  const calls: string[] = [];
  const works: Partial<NativeAddon> = {
    open: () => ({}) as ReturnType<NativeAddon['open']>,
    close: () => {},
    connect: () => {},
    getsockname: () => encodeSockaddr(OWN),
    setsockopt: () => {},
    createBatch: () => ({}) as ReturnType<NativeAddon['createBatch']>,
    dropCapabilities: () => 0,
    interfaces: () => [],
    readClocks: (out) => out.fill(1),
    ...changes,
  };
  const addon = new Proxy(works, {
    get: (target, name: keyof NativeAddon) => {
      const method = target[name];
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        calls.push(name === 'setsockopt' && args[1] === SOL_IP && args[2] === IP_OPTIONS ? 'IP_OPTIONS' : name);
        return (method as (...args: unknown[]) => unknown)(...args);
      };
    },
  });
  return { addon: addon as NativeAddon, calls };
}

const open = (addon: NativeAddon, options: Partial<ClockdiffOptions> = {}, warnings: string[] = []) =>
  addonBackend(addon).openSession({
    options: { ...OPTIONS, ...options },
    identifier: 7,
    console: { warn: (message) => warnings.push(message) },
  });

describe('a session on the addon', () => {
  it('opens its socket first, gives its privileges up next, and looks at the network only then', async () => {
    const { addon, calls } = fakeAddon({
      getaddrinfo: (_name, _family, _flags, answer) =>
        answer(null, {
          canonicalName: 'hostb.lab',
          addresses: [encodeSockaddr({ ...OWN, octets: Uint8Array.of(192, 0, 2, 7) })],
        }),
    });
    const session = await open(addon, { destination: 'hostb4.lab' });
    expect(session).toMatchObject({ host: 'hostb.lab', address: '192.0.2.7', mode: 'ip-4', isConnected: true });
    const order = ['open', 'dropCapabilities', 'dropCapabilities', 'getaddrinfo', 'connect', 'IP_OPTIONS'];
    expect(calls.filter((name) => order.includes(name))).toEqual(order);
  });

  it('keeps what its priority needs at first, for this thread, and nothing in the end', async () => {
    const kept: unknown[] = [];
    const { addon } = fakeAddon({ dropCapabilities: (keep?: number) => kept.push(keep ?? 0) * 0 });
    await open(addon);
    expect(kept).toEqual([1 << 23, 0]); // CAP_SYS_NICE
  });

  it('takes timestamp messages where the kernel refuses IP options, and says so', async () => {
    const { addon } = fakeAddon({
      setsockopt: (_handle, level, name) => {
        if (level === SOL_IP && name === IP_OPTIONS) throw refusal('setsockopt', 'EPERM', 1, 'Operation not permitted');
      },
    });
    const warnings: string[] = [];
    expect((await open(addon, {}, warnings)).mode).toBe('icmp');
    expect(warnings).toEqual(['IP_OPTIONS (fallback to icmp tstamps): Operation not permitted']);
  });

  it('sets no IP option without -o', async () => {
    const { addon, calls } = fakeAddon();
    expect((await open(addon, { mode: 'icmp' })).mode).toBe('icmp');
    expect(calls).not.toContain('IP_OPTIONS');
  });

  it('knows itself by 0.0.0.0', async () => {
    const { addon } = fakeAddon();
    expect(await open(addon, { destination: '0.0.0.0' })).toMatchObject({ host: '0.0.0.0', address: '192.0.2.1' });
  });

  it('closes its socket when the target cannot be had, and says why', async () => {
    const { addon, calls } = fakeAddon({
      connect: () => {
        throw refusal('connect', 'ENETUNREACH', 101, 'Network is unreachable');
      },
    });
    await expect(open(addon)).rejects.toMatchObject({ message: 'connect: Network is unreachable', exitStatus: 1 });
    expect(calls.at(-1)).toBe('close');
  });

  it('says which socket was refused, and what mends it', async () => {
    const { addon, calls } = fakeAddon({
      open: () => {
        throw refusal('socket', 'EPERM', 1, 'Operation not permitted');
      },
    });
    await expect(open(addon)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^socket: Operation not permitted \(.*CAP_NET_RAW\)\n=> as root: setcap cap_net_raw\+ep /,
      ),
      exitStatus: 1,
    });
    expect(calls.filter((name) => name !== 'readClocks')).toEqual(['open']);
  });
});
