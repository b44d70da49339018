/** A session's UDP sockets. */
import { openUdpPort, type UdpPortOptions } from '../../net/udp-addon-port.ts';
import type { UdpPort } from '../../net/udp-port.ts';
import type { ProbePort } from '../prober.ts';
import { UdpProber } from './udp-prober.ts';

export interface UdpPlace {
  /** Of each socket. */
  readonly socket: UdpPortOptions;
  /** Numeric, as sources are named. */
  readonly target: string;
  readonly destinationPort: number;
}

/** Opens the first socket, so that what is refused is known before anything is sent. @throws SystemError */
export function udpProbePort(place: UdpPlace): ProbePort {
  const { socket, target, destinationPort } = place;
  const open = () => openOther(socket, destinationPort);
  const first = open();
  let prober: UdpProber | null = null;
  return {
    method: 'udp',
    destinationPort,
    protocol: null,
    lifeNs: Number.POSITIVE_INFINITY,
    prober: (payload) => {
      const [high, low] = globalThis.crypto.getRandomValues(new Uint32Array(2)) as unknown as [number, number];
      prober = new UdpProber({
        clock: socket.clock,
        open,
        first,
        target,
        destinationPort,
        payload,
        secret: [high, low],
      });
      return prober;
    },
    aside: () => udpProbePort(place),
    close: () => {
      if (prober === null) first.close();
      else prober.close();
    },
  };
}

/** From another port than the one that is asked for: on this machine such a socket would send to itself. @throws SystemError */
function openOther(socket: UdpPortOptions, destinationPort: number): UdpPort {
  const port = openUdpPort(socket);
  if (port.sourcePort !== destinationPort) return port;
  try {
    return openUdpPort(socket);
  } finally {
    port.close();
  }
}
