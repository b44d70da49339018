/** Packet sockets and routes, inside the lab's network. */
import { Clock } from '../../../src/net/clock.ts';
import { isSystemError } from '../../../src/net/errors.ts';
import { loadNative } from '../../../src/net/native.ts';
import { NetlinkSocket } from '../../../src/net/netlink.ts';
import {
  bindPacketSocket,
  type FrameHandler,
  type IncomingFrame,
  openPacketSocket,
  PacketPort,
} from '../../../src/net/packet-socket.ts';
import { findOutputInterface } from '../../../src/net/route-lookup.ts';
import { ARPOP_REQUEST, encodeArp } from '../../../src/packet/arp.ts';
import { ETH_P_ARP } from '../../../src/packet/ethernet.ts';
import {
  encodeRouteMessage,
  NLM_F_ACK,
  NLM_F_DUMP,
  RTM_DELROUTE,
  RTM_GETROUTE,
} from '../../../src/packet/rtnetlink.ts';
import { addressOctets } from '../../lab/addresses.ts';
import { runScenario } from '../../native/programs/scenario.ts';

const addon = loadNative();
const clock = new Clock(addon.readClocks);
const PATIENCE_NS = 5e9;

function indexOf(name: string): number {
  return addon.interfaces().find((each) => each.name === name)!.index;
}

function nameOf(index: number | null): string | null {
  return addon.interfaces().find((each) => each.index === index)?.name ?? null;
}

function attempt<T>(act: () => T): T | string {
  try {
    return act();
  } catch (error) {
    if (isSystemError(error)) return `${error.syscall} ${error.code}`;
    throw error;
  }
}

export interface Heard {
  readonly kind: 'stamp' | 'frame' | 'failed';
  readonly stampNs?: number;
  readonly token?: number;
  readonly errno?: number;
  readonly packetType?: string;
  readonly linkSource?: number[];
  readonly octets?: number[];
}

/** Writes down all that a port tells, in order. */
class Notebook implements FrameHandler {
  readonly heard: Heard[] = [];

  transmitted(token: number, stampNs: number): void {
    this.heard.push({ kind: 'stamp', token, stampNs });
  }

  frame({ octets, packetType, linkSource, stampNs }: IncomingFrame): void {
    this.heard.push({ kind: 'frame', packetType, linkSource: [...linkSource], octets: [...octets], stampNs });
  }

  receiveFailed(errno: number): void {
    this.heard.push({ kind: 'failed', errno });
  }
}

function openPort(device: string) {
  const handle = openPacketSocket(addon);
  const own = bindPacketSocket(addon, handle, ETH_P_ARP, indexOf(device));
  const port = new PacketPort({ addon, clock, handle, etherType: ETH_P_ARP, interfaceIndex: own.index });
  return { port, own, handle };
}

/** Asks who has `target`; `from` is our own address on that link. */
function request(hardware: Uint8Array, from: string, target: string): Uint8Array {
  return encodeArp({
    hardwareType: 1,
    protocolType: 0x0800,
    operation: ARPOP_REQUEST,
    senderHardware: hardware,
    senderProtocol: Uint8Array.from(addressOctets(from)),
    targetHardware: new Uint8Array(6),
    targetProtocol: Uint8Array.from(addressOctets(target)),
    trailer: new Uint8Array(0),
  });
}

const ROUTE = {
  family: 2,
  destinationLength: 0,
  sourceLength: 0,
  tos: 0,
  table: 0,
  protocol: 0,
  scope: 0,
  type: 0,
  flags: 0,
  attributes: [],
};

await runScenario({
  /** A question and its answer, with what user space saw of the time around them. */
  question: ({ device, from, target }: { device: string; from: string; target: string }) => {
    const { port, own, handle } = openPort(device);
    const notebook = new Notebook();
    const beforeNs = clock.read().wallNs;
    const errno = port.send(request(own.address, from, target), new Uint8Array(6).fill(0xff), 77);
    while (notebook.heard.filter(({ kind }) => kind === 'frame').length === 0) {
      addon.wait(handle, PATIENCE_NS);
      port.drain(notebook);
    }
    const afterNs = clock.read().wallNs;
    port.close();
    return { own: { ...own, address: [...own.address] }, errno, beforeNs, afterNs, heard: notebook.heard };
  },

  /** A socket that is open and not bound hears nothing of what another one asks. */
  unbound: ({ device, from, target }: { device: string; from: string; target: string }) => {
    const deaf = openPacketSocket(addon);
    const { port, own, handle } = openPort(device);
    const notebook = new Notebook();
    port.send(request(own.address, from, target), new Uint8Array(6).fill(0xff), 1);
    while (notebook.heard.every(({ kind }) => kind !== 'frame')) {
      addon.wait(handle, PATIENCE_NS);
      port.drain(notebook);
    }
    return addon.wait(deaf, 0);
  },

  /** The tokens of stamps after sends of which the second one is longer than the MTU and refused. */
  refused: ({ device }: { device: string }) => {
    const { port, own, handle } = openPort(device);
    const notebook = new Notebook();
    const all = new Uint8Array(6).fill(0xff);
    const packet = request(own.address, '0.0.0.0', '0.0.0.0');
    const errnos = [port.send(packet, all, 1), port.send(new Uint8Array(120), all, 2), port.send(packet, all, 3)];
    for (let tries = 0; tries < 1000 && notebook.heard.filter(({ kind }) => kind === 'stamp').length < 2; tries++) {
      addon.wait(handle, 1e6);
      port.drain(notebook);
    }
    return { errnos, tokens: notebook.heard.filter(({ kind }) => kind === 'stamp').map(({ token }) => token) };
  },

  /** Waits until the interface goes down. */
  goesDown: async ({ device }: { device: string }) => {
    const { port } = openPort(device);
    const notebook = new Notebook();
    await new Promise<void>((resolve) => {
      port.watch(() => {
        port.drain(notebook);
        if (notebook.heard.length > 0) resolve();
      });
    });
    port.close();
    return notebook.heard;
  },

  open: () => attempt(() => addon.fd(openPacketSocket(addon)) >= 0),

  routes: (targets: string[]) =>
    targets.map((target) =>
      attempt(() =>
        nameOf(
          findOutputInterface(addon, {
            family: target.includes(':') ? 6 : 4,
            octets: Uint8Array.from(addressOctets(target)),
            scope: 0,
          }),
        ),
      ),
    ),

  /** All routes, in as many messages as the kernel takes for them. */
  dump: () => {
    const socket = new NetlinkSocket(addon);
    const answers = socket.ask(RTM_GETROUTE, NLM_F_DUMP, encodeRouteMessage(ROUTE));
    const again = socket.ask(RTM_GETROUTE, NLM_F_DUMP, encodeRouteMessage(ROUTE));
    socket.close();
    return [answers.length, again.length];
  },

  /** Removes the IPv4 default route; '' when that was acknowledged. */
  removeDefault: () => {
    const socket = new NetlinkSocket(addon);
    const remove = { ...ROUTE, table: 254, scope: 0 };
    return attempt(() =>
      socket
        .ask(RTM_DELROUTE, NLM_F_ACK, encodeRouteMessage(remove))
        .map(({ type }) => type)
        .join(),
    );
  },
});
