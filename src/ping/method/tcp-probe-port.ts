/** A session's TCP sockets. */
import { openTcpPort, type TcpPortOptions } from '../../net/tcp-addon-port.ts';
import { LIFE_NS } from '../../net/tcp-port.ts';
import type { ProbePort } from '../prober.ts';
import { TcpProber } from './tcp-prober.ts';

export interface TcpPlace {
  /** Of each socket. */
  readonly socket: TcpPortOptions;
  /** Numeric, as sources are named. */
  readonly target: string;
}

/** @throws SystemError */
export function tcpProbePort(place: TcpPlace): ProbePort {
  const { socket, target } = place;
  const port = openTcpPort(socket);
  return {
    method: 'tcp',
    destinationPort: socket.port,
    protocol: null,
    lifeNs: LIFE_NS,
    prober: () => new TcpProber(port, target),
    aside: () => tcpProbePort(place),
    close: () => port.close(),
  };
}
