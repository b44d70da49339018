/** What `ping()` refuses at once, and what its options mean in the command's terms. */
import { describe, expect, it } from 'vitest';
import { ping } from '../../src/index.ts';
import {
  checkPingOptions,
  needsOwnSocket,
  type PingLibraryOptions,
  toCommandOptions,
} from '../../src/ping/library-options.ts';

const check = (options: unknown) => () => checkPingOptions(options as PingLibraryOptions);

describe('options of ping()', () => {
  it.each([{ ttl: 0 }, { ttl: 255 }, { method: 'tcp', port: 65_535 }, { timeoutMs: 0 }, { hops: Array(9).fill('r') }])(
    'may be the least and the greatest that there is: %j',
    (options) => {
      expect(check(options)).not.toThrow();
    },
  );

  it.each([
    [{ count: '3' }, 'count must be a number, not '],
    [{ count: true }, 'count must be a number, not true'],
    [{ size: null }, 'size must be a number, not null'],
    [{ adaptive: 1 }, 'adaptive must be true or false, not 1'],
    [{ pattern: 'ff' }, 'pattern must be a Uint8Array'],
    [{ hops: 'r1' }, "hops must be an array, not 'r1'"],
    [{ hops: [1] }, 'hops[0] must be a string, not 1'],
    [{ signal: {} }, 'signal must be an AbortSignal, not '],
    [{ family: '4' }, "family must be one of 4, 6, not '4'"],
    [{ cuont: 3 }, "ping has no option 'cuont': did you mean 'count'?"],
    [{ interval: 1 }, "ping has no option 'interval': did you mean 'intervalMs'?"],
    [{ constructor: 1 }, "ping has no option 'constructor'"],
  ])('of the wrong type are a TypeError that names them: %j', (options, message) => {
    expect(check(options)).toThrow(TypeError);
    expect(check(options)).toThrow(message);
  });

  it.each([
    [{ count: 0 }, 'count must be a whole number from 1 to '],
    [{ count: 1.5 }, 'count must be a whole number from 1 to '],
    [{ count: Number.POSITIVE_INFINITY }, 'count must be a whole number'],
    [{ intervalMs: -1 }, 'intervalMs must be a number from 0 to 2147483647, not -1'],
    [{ intervalMs: Number.NaN }, 'intervalMs must be a number from 0'],
    [{ size: 65_528 }, 'size must be a whole number from 0 to 65527, not 65528'],
    [{ ttl: 256 }, 'ttl must be a whole number from 0 to 255'],
    [{ family: 5 }, 'family must be one of 4, 6, not 5'],
    [{ pmtudisc: 'maybe' }, "pmtudisc must be one of 'dont', 'want', 'do', 'probe', not 'maybe'"],
    [{ pattern: new Uint8Array(17) }, 'pattern must have 1 to 16 octets, not 17'],
    [{ interface: '' }, 'interface must not be empty'],
    [{ interface: '::zz' }, 'interface: invalid source address: ::zz'],
    [{ nodeInformation: 'everything' }, 'nodeInformation: '],
    [{ recordRoute: true, ipTimestamp: 'tsonly' }, 'exclude each other'],
    [{ until: 'recieved > 3' }, 'recieved > 3\n'],
    [{ conditions: ['loss < 1%', 'p95 <'] }, 'conditions[1]: '],
  ])('out of range are a RangeError that names them: %j', (options, message) => {
    expect(check(options)).toThrow(RangeError);
    expect(check(options)).toThrow(message);
  });

  it('are kept to what ping(8) allows users', () => {
    const asUser = (options: PingLibraryOptions) => () => checkPingOptions(options, false);
    expect(asUser({ preload: 4 })).toThrow(new RangeError('preload must be at most 3 without root, not 4'));
    expect(asUser({ intervalMs: 1.9 })).toThrow(new RangeError('intervalMs must be at least 2 without root, not 1.9'));
    expect(asUser({ preload: 3, intervalMs: 2 })).not.toThrow();
    expect(asUser({})).not.toThrow();
    expect(() => checkPingOptions({ preload: 4, intervalMs: 0 }, true)).not.toThrow();
  });

  it('are refused by ping() itself before anything else happens, and so is a target that is none', () => {
    expect(() => ping('localhost', { count: 0 })).toThrow(RangeError);
    expect(() => ping(undefined as unknown as string)).toThrow(TypeError);
    expect(() => ping('')).toThrow(RangeError);
    expect(() => ping('a\0b')).toThrow(RangeError);
  });

  it('may be undefined, which is as good as left out', () => {
    expect(check({ count: undefined, signal: undefined, hops: undefined })).not.toThrow();
    expect(toCommandOptions('a', { count: undefined }).count).toBe(4);
    expect(needsOwnSocket({ ttl: undefined, adaptive: false })).toBe(false);
  });

  it('mean what the command means by them, in its units', () => {
    const options = toCommandOptions('host', {
      ...{ count: 7, intervalMs: 250, timeoutMs: 1500, deadlineMs: 2500, size: 100, ttl: 3, tos: 16, family: 6 },
      ...{ interface: 'fe80::1%eth0', pmtudisc: 'do', hops: ['r1'], nodeInformation: ['name', 'subject-name=b.lab'] },
    });
    expect(options).toMatchObject({
      ...{ destination: 'host', count: 7, intervalMs: 250, timeoutMs: 1500, deadlineSeconds: 2.5, size: 100, ttl: 3 },
      ...{ tos: 16, family: 6, device: 'eth0', sourceAddress: { family: 6 }, pmtudisc: 2, hops: ['r1'], numeric: true },
      nodeQuery: { qtype: 2, subject: { kind: 'name' } },
    });
  });

  it('end after four probes unless something else ends them', () => {
    expect(toCommandOptions('a', {}).count).toBe(4);
    expect(toCommandOptions('a', { count: null }).count).toBeNull();
    expect(toCommandOptions('a', { deadlineMs: 100 }).count).toBeNull();
    expect(toCommandOptions('a', { until: 'received >= 1' }).count).toBeNull();
    expect(toCommandOptions('a', { deadlineMs: 100, count: 2 }).count).toBe(2);
  });

  it('ask for a socket of their own where a shared one cannot do it', () => {
    const shared: PingLibraryOptions = { count: 3, intervalMs: 10, size: 1000, family: 4, conditions: 'loss == 0%' };
    expect(needsOwnSocket(shared)).toBe(false);
    for (const own of [{ ttl: 3 }, { interface: 'lo' }, { intervalMs: 0 }, { adaptive: true }, { mark: 0 }] as const) {
      expect(needsOwnSocket({ ...shared, ...own }), JSON.stringify(own)).toBe(true);
    }
  });
});
