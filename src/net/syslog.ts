/** The system's log, syslog(3), as datagrams on /dev/log: RFC 3164's form, as libc writes it. */
import { AF_UNIX, SOCK_DGRAM } from './constants.ts';
import { MessageBatch, WORD } from './message-batch.ts';
import type { NativeAddon, NativeHandle } from './native.ts';
import { LITTLE_ENDIAN } from './sockaddr.ts';

const LOG_DAEMON = 3;
const LOG_INFO = 6;
const FACILITY_SHIFT = 3;
/** `struct sockaddr_un`, unix(7). */
const PATH_OFFSET = 2;
const PATH_OCTETS = 108;
/** RFC 3164 section 4.1 asks for no more. */
const MESSAGE_OCTETS = 1024;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export class Syslog {
  readonly #addon: NativeAddon;
  readonly #socket: NativeHandle;
  readonly #address: Uint8Array;
  readonly #ident: string;
  readonly #batch: MessageBatch;

  /** @throws SystemError when nobody listens there (ENOENT, ECONNREFUSED) */
  constructor(addon: NativeAddon, ident: string, path = '/dev/log') {
    this.#addon = addon;
    this.#ident = ident;
    this.#address = encodeSockaddrUn(path);
    this.#batch = new MessageBatch(addon, 1, MESSAGE_OCTETS);
    this.#socket = addon.open(AF_UNIX, SOCK_DGRAM, 0);
    try {
      addon.connect(this.#socket, this.#address);
    } catch (error) {
      addon.close(this.#socket);
      throw error;
    }
  }

  /** Writes one line at level info of facility daemon. What cannot be written is lost: there is nobody left to tell. */
  write(line: string, at = new Date()): void {
    const octets = Buffer.from(formatSyslog(this.#ident, process.pid, line, at)).subarray(0, MESSAGE_OCTETS);
    this.#batch.room(0).set(octets);
    this.#batch.setWord(0, WORD.LENGTH, octets.length);
    const send = () => this.#addon.send(this.#socket, this.#batch.native, 0, 1, 0);
    if (send() > 0) return;
    // A log daemon that was restarted listens on a new socket.
    try {
      this.#addon.connect(this.#socket, this.#address);
      send();
    } catch {
      // It is not back yet.
    }
  }

  close(): void {
    this.#addon.close(this.#socket);
  }
}

/** `<30>Nov  2 14:03:09 in.rdiscd[42]: text`, in local time. */
export function formatSyslog(ident: string, pid: number, line: string, at: Date): string {
  const two = (number: number) => number.toString().padStart(2, '0');
  const day = at.getDate().toString().padStart(2, ' ');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  const priority = (LOG_DAEMON << FACILITY_SHIFT) | LOG_INFO;
  return `<${priority}>${MONTHS[at.getMonth()]} ${day} ${time} ${ident}[${pid}]: ${line}`;
}

function encodeSockaddrUn(path: string): Uint8Array {
  const name = Buffer.from(path);
  if (name.length >= PATH_OCTETS) throw new RangeError(`${path} is too long for a socket's path`);
  const bytes = new Uint8Array(PATH_OFFSET + PATH_OCTETS);
  new DataView(bytes.buffer).setUint16(0, AF_UNIX, LITTLE_ENDIAN);
  bytes.set(name, PATH_OFFSET);
  return bytes;
}
