/**
 * A conversation with our own kernel over rtnetlink(7): one request, and all that answers it. The kernel answers before
 * sendmsg returns, so nobody has to wait for the event loop. Needs no privilege to ask, CAP_NET_ADMIN to change.
 */

import {
  decodeNetlinkError,
  decodeNetlinkMessages,
  encodeNetlinkMessage,
  type NetlinkMessage,
  NLM_F_ACK,
  NLM_F_MULTI,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
} from '../packet/rtnetlink.ts';
import { AF_NETLINK, ETIMEDOUT, MSG_TRUNC, NETLINK_ROUTE, SOCK_RAW } from './constants.ts';
import { systemError } from './errors.ts';
import { MessageBatch, WORD } from './message-batch.ts';
import type { NativeAddon, NativeHandle } from './native.ts';
import { LITTLE_ENDIAN } from './sockaddr.ts';

const SOCKADDR_NL_OCTETS = 12;
const PORT_ID_OFFSET = 4;
/** The kernel fills no datagram of a dump larger than this (netlink(7): 32 KiB). */
const ANSWER_OCTETS = 1 << 15;
const REQUEST_OCTETS = 1024;
/** No kernel takes so long; it is there so that nothing waits for ever. */
const PATIENCE_NS = 2e9;

export class NetlinkSocket {
  readonly #addon: NativeAddon;
  readonly #handle: NativeHandle;
  readonly #sending: MessageBatch;
  readonly #receiving: MessageBatch;
  #sequence = 0;

  /** @throws SystemError when there is no such socket to be had */
  constructor(addon: NativeAddon) {
    this.#addon = addon;
    this.#handle = addon.open(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    this.#sending = new MessageBatch(addon, 1, REQUEST_OCTETS);
    this.#receiving = new MessageBatch(addon, 1, ANSWER_OCTETS);
    this.#sending.setName(0, kernelAddress());
  }

  /**
   * Sends one request and answers the messages that come back, without acknowledgement or end mark; none for a change that
   * was made. @throws SystemError with the kernel's errno (ENETUNREACH, EEXIST, EPERM …), RangeError for a request too long
   */
  ask(type: number, flags: number, payload: Uint8Array): readonly NetlinkMessage[] {
    this.#sequence++;
    const request = { type, flags: flags | NLM_F_REQUEST, sequence: this.#sequence, portId: 0, payload };
    this.#send(encodeNetlinkMessage(request));
    const answers: NetlinkMessage[] = [];
    while (!this.#readAnswers(answers, (flags & NLM_F_ACK) !== 0));
    return answers;
  }

  #send(octets: Uint8Array): void {
    this.#sending.room(0).set(octets);
    this.#sending.setWord(0, WORD.LENGTH, octets.length);
    const sent = this.#addon.send(this.#handle, this.#sending.native, 0, 1, 0);
    if (sent < 0) throw systemError(this.#addon, -sent, 'sendmsg');
  }

  /** Reads one datagram. Answers whether it was the last one. */
  #readAnswers(answers: NetlinkMessage[], isAcknowledged: boolean): boolean {
    const messages = decodeNetlinkMessages(this.#receive());
    if (!messages.ok) throw new Error(`the kernel's netlink answer is not readable: ${messages.error.reason}`);
    let isLast = false;
    for (const message of messages.value) {
      if (message.sequence !== this.#sequence) continue;
      if (message.type === NLMSG_DONE) isLast = true;
      else if (message.type === NLMSG_ERROR) {
        this.#requireNoError(message);
        isLast = true;
      } else {
        answers.push({ ...message, payload: message.payload.slice() });
        if ((message.flags & NLM_F_MULTI) === 0 && !isAcknowledged) isLast = true;
      }
    }
    return isLast;
  }

  /** @throws SystemError */
  #requireNoError({ payload }: NetlinkMessage): void {
    const errno = decodeNetlinkError(payload);
    if (!errno.ok) throw new Error(`the kernel's netlink error is not readable: ${errno.error.reason}`);
    if (errno.value !== 0) throw systemError(this.#addon, errno.value, 'rtnetlink');
  }

  /** One datagram of the kernel's own; another process could send one too, and that is left unread. */
  #receive(): Uint8Array {
    for (;;) {
      const batch = this.#receiving;
      const count = this.#addon.receive(this.#handle, batch.native);
      if (count < 0) throw systemError(this.#addon, -count, 'recvmsg');
      if (count === 0) {
        if (this.#addon.wait(this.#handle, PATIENCE_NS) === 0) throw systemError(this.#addon, ETIMEDOUT, 'rtnetlink');
      } else if (isFromKernel(batch)) {
        if ((batch.word(0, WORD.FLAGS) & MSG_TRUNC) !== 0) throw new Error("the kernel's netlink answer is too long");
        return batch.data(0);
      }
    }
  }

  close(): void {
    this.#addon.close(this.#handle);
  }
}

/** `struct sockaddr_nl` of the kernel: port 0, no groups. */
function kernelAddress(): Uint8Array {
  const bytes = new Uint8Array(SOCKADDR_NL_OCTETS);
  new DataView(bytes.buffer).setUint16(0, AF_NETLINK, LITTLE_ENDIAN);
  return bytes;
}

function isFromKernel(batch: MessageBatch): boolean {
  const portId = batch.field(0, WORD.NAME + PORT_ID_OFFSET / Uint32Array.BYTES_PER_ELEMENT, 4);
  return batch.word(0, WORD.NAME_LENGTH) >= SOCKADDR_NL_OCTETS && portId.every((octet) => octet === 0);
}
