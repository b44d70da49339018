/**
 * Keeps the machine's receive stamps switched on while tests run. The kernel makes them only while some socket asks for
 * them, and switches over a moment after the first has asked: a first packet may come without one (docs/limits.md), and no
 * test could say whose clock stamped it.
 */
import {
  AF_INET,
  SO_TIMESTAMPING,
  SOCK_DGRAM,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOL_SOCKET,
} from '../../src/net/constants.ts';
import { loadNative } from '../../src/net/native.ts';

export function setup(): () => void {
  const addon = loadNative();
  const holder = addon.open(AF_INET, SOCK_DGRAM, 0);
  addon.setsockopt(holder, SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE);
  return () => addon.close(holder);
}
