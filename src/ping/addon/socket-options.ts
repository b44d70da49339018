/** Socket options of a session on the addon, flow labels, and which messages a raw socket lets through. */

import { SetupError } from '../../cli/errors.ts';
import { IPV6_FLOWINFO_SEND, IPV6_FLOWLABEL_MGR, IPV6_MULTICAST_IF, SOL_IPV6 } from '../../net/constants.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import type { OpenedSocket } from '../../net/icmp-socket.ts';
import type { NativeAddon, NativeHandle } from '../../net/native.ts';
import { type Address, encodeSockaddr, isMulticast, LITTLE_ENDIAN } from '../../net/sockaddr.ts';
import { checkManyMayAnswer, type Setting, socketSettings } from '../session-rules.ts';
import type { SetupContext } from './context.ts';

const CONNECT_PORT = 1025;

/** @throws SetupError, SystemError */
export function configureSocket(
  context: SetupContext,
  icmp: OpenedSocket,
  target: Address,
  isBroadcast: boolean,
  interfaceIndex: number,
): void {
  const { addon, options } = context;
  const { handle } = icmp;
  const many = isBroadcast || isMulticast(target);
  checkManyMayAnswer(context, target.family, many);
  for (const setting of socketSettings(options, target.family, many, isBroadcast)) apply(addon, handle, setting);
  if (interfaceIndex !== 0 && target.family === 6 && isMulticast(target)) {
    addon.setsockopt(handle, SOL_IPV6, IPV6_MULTICAST_IF, interfaceIndex);
  }
  if (!options.connect || target.family === 6) return;
  try {
    addon.connect(handle, encodeSockaddr(target, CONNECT_PORT));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`connect failed: ${reasonOf(error)}`);
  }
}

/** @throws SetupError in the setting's words; SystemError where it has none */
export function apply(addon: NativeAddon, handle: NativeHandle, [level, name, value, words]: Setting): void {
  if (value === null) return;
  try {
    addon.setsockopt(handle, level, name, value);
  } catch (error) {
    if (!isSystemError(error) || words === undefined) throw error;
    throw new SetupError(`${words}: ${reasonOf(error)}`);
  }
}

const FLOWLABEL_REQUEST_OCTETS = 32;
const FLOWLABEL_OFFSET = 16;
const FLOWLABEL_SHARE_OFFSET = 21;
const FLOWLABEL_FLAGS_OFFSET = 22;
const IPV6_FL_S_EXCL = 1;
const IPV6_FL_F_CREATE = 1;

/** -F: asks the flow label manager for the label, or with 0 for any; `struct in6_flowlabel_req` of <linux/in6.h>. */
export function leaseFlowLabel(context: SetupContext, icmp: OpenedSocket, target: Address): number {
  const { addon, options } = context;
  if (options.flowLabel === null) return 0;
  const request = new Uint8Array(FLOWLABEL_REQUEST_OCTETS);
  const view = new DataView(request.buffer);
  request.set(target.octets);
  view.setUint32(FLOWLABEL_OFFSET, options.flowLabel);
  view.setUint8(FLOWLABEL_SHARE_OFFSET, IPV6_FL_S_EXCL);
  view.setUint16(FLOWLABEL_FLAGS_OFFSET, IPV6_FL_F_CREATE, LITTLE_ENDIAN);
  try {
    addon.setsockopt(icmp.handle, SOL_IPV6, IPV6_FLOWLABEL_MGR, request);
    addon.setsockopt(icmp.handle, SOL_IPV6, IPV6_FLOWINFO_SEND, 1);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`can't set flowlabel: ${reasonOf(error)}`);
  }
  return view.getUint32(FLOWLABEL_OFFSET); // the kernel wrote the one it picked over the 0
}
