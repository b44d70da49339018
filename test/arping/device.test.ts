/** Which interface is asked by, with interfaces that no lab can make: the rest is compared with iputils in the lab. */
import { describe, expect, it } from 'vitest';
import { findDevice, noLinkAddress, requireArp, UnusableInterface } from '../../src/arping/device.ts';
import { type ArpingOptions, parseArping } from '../../src/arping/options.ts';
import { SetupError } from '../../src/cli/errors.ts';
import { IFF_LOOPBACK, IFF_NOARP, IFF_UP } from '../../src/net/constants.ts';
import { Interfaces } from '../../src/net/interfaces.ts';
import type { NativeAddon, NativeInterface } from '../../src/net/native.ts';

const HARDWARE = Uint8Array.of(2, 0, 0, 0, 0, 1);

function device(name: string, flags: number, hardwareAddress = HARDWARE): NativeInterface {
  const hardwareBroadcast = new Uint8Array(hardwareAddress.length).fill(0xff);
  const index = name.charCodeAt(0);
  return { name, index, flags, mtu: 1500, hardwareType: 1, hardwareAddress, hardwareBroadcast, addresses: [] };
}

const LO = device('lo', IFF_UP | IFF_LOOPBACK, new Uint8Array(6));
const ETH = device('eth0', IFF_UP);
const DOWN = device('down0', 0);
const NO_ARP = device('ppp0', IFF_UP | IFF_NOARP);
/** A tun device: getifaddrs(3) knows no hardware address of it. */
const TUN = device('tun0', IFF_UP | IFF_NOARP, new Uint8Array(0));

function optionsOf(line: string): ArpingOptions {
  const parsed = parseArping(line.split(' '), false);
  if (parsed.action !== 'run') throw new Error(parsed.action);
  return parsed.options;
}

function find(line: string, list: readonly NativeInterface[]): NativeInterface {
  const words = { errnoName: () => 'ENODEV', strerror: () => 'No such device' };
  const addon = { interfaces: () => [...list], ...words } as unknown as NativeAddon;
  return findDevice(addon, new Interfaces(addon), optionsOf(line), new Uint8Array(4));
}

describe('a device that is named', () => {
  it('is taken by its name', () => {
    expect(find('-I eth0 host', [LO, ETH])).toBe(ETH);
  });

  it.each(['nope', 'tun0', 'eth'])(
    'is refused where there is none of that name with a hardware address: %s',
    (name) => {
      const act = () => find(`-I ${name} host`, [LO, ETH, TUN]);
      expect(act).toThrow(SetupError);
      expect(act).toThrow(
        expect.objectContaining({
          message: `Device ${name} not available.`,
          cause: expect.objectContaining({ code: 'ENODEV', errno: -19, syscall: 'if_nametoindex' }),
        }),
      );
    },
  );
});

describe('the device for --reverse', () => {
  const REVERSE = '--reverse 02:00:00:00:00:09';

  it('is the only one on which ARP works', () => {
    expect(find(REVERSE, [LO, DOWN, NO_ARP, TUN, ETH])).toBe(ETH);
  });

  it.each([
    ['none', [LO, DOWN, NO_ARP, TUN]],
    ['two', [ETH, device('eth1', IFF_UP)]],
  ])('is not guessed where there are %s', (_what, list) => {
    expect(() => find(REVERSE, list)).toThrow('Suitable device could not be determined. Please, use option -I.');
  });
});

describe('an interface', () => {
  const complaint = (one: NativeInterface, line: string) => {
    try {
      requireArp(one, optionsOf(line));
      return null;
    } catch (error) {
      if (!(error instanceof UnusableInterface)) throw error;
      return [error.message, error.exitStatus];
    }
  };

  it.each([
    [ETH, 'host', null],
    [DOWN, 'host', ['Interface "down0" is down', 2]],
    [DOWN, '-D host', ['Interface "down0" is down', 2]],
    [LO, 'host', ['Interface "lo" is not ARPable', 2]],
    [NO_ARP, '-D host', ['Interface "ppp0" is not ARPable', 0]],
  ])('$name with "%s" is complained of as it deserves', (one, line, wanted) => {
    expect(complaint(one, line)).toEqual(wanted);
  });

  it('without any hardware address is left to the packet socket to complain of', () => {
    expect(complaint(TUN, 'host')).toBeNull();
    const message = 'Interface "tun0" is not ARPable (no ll address)';
    expect(noLinkAddress(TUN, optionsOf('host'))).toMatchObject({ message, exitStatus: 2 });
    expect(noLinkAddress(TUN, optionsOf('-D host'))).toMatchObject({ message, exitStatus: 0 });
  });
});
