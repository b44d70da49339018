/** The package raw-socket, played: what was asked of it is written down, and a test says what comes in and what fails. */
import { EventEmitter } from 'node:events';
import type { RawSocket, RawSocketModule } from '../../src/net/raw-socket-port.ts';

/** What libc calls EAGAIN; the package throws it when nothing waits. */
export const NOTHING_WAITS = 'Resource temporarily unavailable';

export class FakeRawSocket extends EventEmitter implements RawSocket {
  readonly sent: { readonly octets: Uint8Array; readonly address: string }[] = [];
  /** Datagrams behind the one that a `message` tells of. */
  readonly waiting: { readonly octets: Uint8Array; readonly source: string }[] = [];
  /** `level/option` to the value that was set last; octets as hex. */
  readonly options = new Map<string, number | string>();
  /** The words that `wrap.send` and `setOption` are refused with. */
  refusal: string | null = null;
  /** Options that are refused, `level/option` to the words. */
  readonly refusedOptions = new Map<string, string>();
  isReceiving = true;
  closings = 0;
  /** How often it was used after it had been closed. */
  reopenings = 0;
  /** How often more was asked for than there was. */
  emptyReads = 0;

  pauseRecv(): void {
    this.isReceiving = false;
  }

  resumeRecv(): void {
    this.isReceiving = true;
  }

  setOption(level: number, option: number, value: number | Uint8Array): void {
    const key = `${level}/${option}`;
    const words = this.refusedOptions.get(key);
    if (words !== undefined) throw new Error(words);
    this.options.set(key, typeof value === 'number' ? value : Buffer.from(value).toString('hex'));
  }

  close(): void {
    this.closings++;
  }

  readonly wrap = {
    send: (buffer: Uint8Array, offset: number, octets: number, address: string, sent: (octets: number) => void) => {
      this.#requireOpen();
      if (this.refusal !== null) throw new Error(this.refusal);
      // A Buffer's own slice would not copy, and the port builds the next probe in the same octets.
      this.sent.push({ octets: Uint8Array.from(buffer.subarray(offset, offset + octets)), address });
      sent(octets);
    },
    recv: (buffer: Uint8Array, received: (buffer: Uint8Array, octets: number, source: string) => void) => {
      this.#requireOpen();
      const next = this.waiting.shift();
      if (next === undefined) {
        this.emptyReads++;
        throw new Error(NOTHING_WAITS);
      }
      buffer.set(next.octets);
      received(buffer, next.octets.length, next.source);
    },
  };

  #requireOpen(): void {
    if (this.closings === 0) return;
    this.reopenings++;
    throw new TypeError('the package would open another socket');
  }

  /** A turn of the event loop that finds `octets`: the package's own buffer, overwritten right after. */
  arrive(octets: Uint8Array, source: string): void {
    const buffer = Uint8Array.from(octets);
    this.emit('message', buffer, source);
    buffer.fill(0xee);
  }
}

export class FakeModule implements RawSocketModule {
  readonly AddressFamily = { IPv4: 1, IPv6: 2 };
  readonly Protocol = { ICMP: 1, ICMPv6: 58 };
  readonly sockets: FakeRawSocket[] = [];
  readonly requests: { addressFamily: number; protocol: number; bufferSize: number }[] = [];
  /** Words that a socket is refused with, by address family. */
  readonly refusals = new Map<number, string>();
  /** Called with each new socket. */
  onOpen: (socket: FakeRawSocket) => void = () => {};

  createSocket(options: { addressFamily: number; protocol: number; bufferSize: number }): FakeRawSocket {
    this.requests.push(options);
    const words = this.refusals.get(options.addressFamily);
    if (words !== undefined) throw new Error(words);
    const socket = new FakeRawSocket();
    this.sockets.push(socket);
    this.onOpen(socket);
    return socket;
  }
}
