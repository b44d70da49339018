/** How much a socket may hold while we do not run. */
import { describe, expect, it } from 'vitest';
import { SO_RCVBUF, SO_RCVBUFFORCE, SO_SNDBUF, SO_SNDBUFFORCE } from '../../src/net/constants.ts';
import type { OpenedSocket } from '../../src/net/icmp-socket.ts';
import type { NativeAddon } from '../../src/net/native.ts';
import { enlargeReceiveBuffer, enlargeSendBuffer } from '../../src/net/socket-buffers.ts';

const EPERM = 1;
const SOCKET: OpenedSocket = { family: 4, type: 'raw', handle: {} as OpenedSocket['handle'] };

describe.each([
  ['receive', enlargeReceiveBuffer, SO_RCVBUFFORCE, SO_RCVBUF],
  ['send', enlargeSendBuffer, SO_SNDBUFFORCE, SO_SNDBUF],
] as const)('a %s buffer', (_which, enlarge, forced, asked) => {
  /** The options that were set. */
  function enlargeWhere(mayForce: boolean): number[] {
    const options: number[] = [];
    const setsockopt: NativeAddon['setsockopt'] = (_handle, _level, name) => {
      if (name === forced && !mayForce) {
        const error = { code: 'EPERM', errno: -EPERM, syscall: 'setsockopt' };
        throw Object.assign(new Error('setsockopt: Operation not permitted'), error);
      }
      options.push(name);
    };
    enlarge({ setsockopt } as NativeAddon, SOCKET);
    return options;
  }

  it('is forced beyond the limit where that is allowed, and asked for where not', () => {
    expect(enlargeWhere(true)).toEqual([forced]);
    expect(enlargeWhere(false)).toEqual([asked]);
  });
});
