/** Opening ICMP sockets, and asking the kernel for source addresses, inside the lab's network. */
import { Clock } from '../../../src/net/clock.ts';
import { isSystemError } from '../../../src/net/errors.ts';
import { IcmpSocketRefused, openIcmpSocket } from '../../../src/net/icmp-socket.ts';
import { Interfaces } from '../../../src/net/interfaces.ts';
import { loadNative } from '../../../src/net/native.ts';
import { explainRefusal } from '../../../src/net/privileges.ts';
import { nameInfoOf, ReverseNames, resolveName } from '../../../src/net/resolver.ts';
import { type Address, formatAddress } from '../../../src/net/sockaddr.ts';
import { allowBroadcast, askSource, openProbeSocket } from '../../../src/net/source-address.ts';
import { addressOctets } from '../../lab/addresses.ts';
import { runScenario } from '../../native/programs/scenario.ts';

const addon = loadNative();

function address(text: string, scope = 0): Address {
  return { family: text.includes(':') ? 6 : 4, octets: addressOctets(text), scope };
}

export interface Opened {
  readonly type?: string;
  readonly refused?: { readonly datagram: string | null; readonly raw: string; readonly message: string };
  readonly explained?: string;
  readonly threw?: string;
}

function open(family: 4 | 6, forceRaw: boolean): Opened {
  try {
    const { type, handle } = openIcmpSocket(addon, family, forceRaw);
    addon.close(handle);
    return { type };
  } catch (error) {
    if (error instanceof IcmpSocketRefused) {
      const { datagram, raw, message } = error;
      return {
        refused: { datagram: datagram?.code ?? null, raw: raw.code, message },
        explained: explainRefusal(error),
      };
    }
    if (isSystemError(error)) return { threw: `${error.syscall} ${error.code}` };
    throw error;
  }
}

await runScenario({
  open: () => ([4, 6] as const).flatMap((family) => [open(family, false), open(family, true)]),

  openWithoutDescriptors: () => {
    const timers = [];
    try {
      for (;;) timers.push(addon.openTimer());
    } catch {
      // EMFILE
    }
    const opened = open(4, false);
    for (const timer of timers) addon.close(timer);
    return opened;
  },

  execPath: () => process.execPath,

  /** The source for each target; `broadcast` asks again with SO_BROADCAST. */
  sources: (asked: { to: string; scope?: number; bindTo?: string; broadcast?: boolean }[]) =>
    asked.map(({ to, scope = 0, bindTo, broadcast }) => {
      const target = address(to, scope);
      const probe = openProbeSocket(addon, target.family);
      try {
        if (broadcast === true) allowBroadcast(addon, probe);
        const source = askSource(addon, probe, target, bindTo === undefined ? null : address(bindTo));
        return formatAddress(source, new Interfaces(addon).nameOf);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        return `${error.syscall} ${error.code}`;
      } finally {
        addon.close(probe);
      }
    }),

  resolve: async (names: { name: string; family: 4 | 6 | null }[]) => {
    return await Promise.all(
      names.map(async ({ name, family }) => {
        try {
          const { canonicalName, addresses } = await resolveName(addon, name, family);
          return { canonicalName, addresses: addresses.map((each) => formatAddress(each, String)) };
        } catch (error) {
          if (!isSystemError(error)) throw error;
          return { code: error.code, message: error.message };
        }
      }),
    );
  },

  /** Names of addresses; with how long each batch took, and once more when `againAfterMs` have passed. */
  reverse: async ({ addresses, lateMs }: { addresses: string[][]; lateMs: number }) => {
    const names = new ReverseNames(nameInfoOf(addon, new Interfaces(addon)));
    const clock = new Clock(addon.readClocks);
    const batches = [];
    for (const batch of addresses) {
      const before = clock.read().monoNs;
      const wasReady = names.isReady(batch);
      await names.prepare(batch);
      const tookMs = (clock.read().monoNs - before) / 1e6;
      batches.push({ wasReady, isReady: names.isReady(batch), names: batch.map(names.nameOf), tookMs });
    }
    const giveUpAt = performance.now() + lateMs;
    const all = addresses.flat();
    while (performance.now() < giveUpAt && all.some((each) => names.nameOf(each) === null)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(JSON.stringify({ batches, late: all.map(names.nameOf) }));
    process.exit(0);
  },
});
