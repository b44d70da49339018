/** The tight side of the addon's port: probes and replies by turns in one native call (native/exchange.c). */
import type { Clock } from './clock.ts';
import { MSG_CONFIRM } from './constants.ts';
import { MessageBatch, WORD } from './message-batch.ts';
import { EXCHANGE, type NativeAddon, type NativeExchange, type NativeHandle } from './native.ts';
import type { ExchangeHandler, PortHandler, TightPort } from './port.ts';

/** So many make the call itself cheap beside what it does; Ctrl-C is heard behind them. */
const CAPACITY = 32;

/** What the port that it belongs to does for it. */
export interface ExchangeHost {
  readonly addon: NativeAddon;
  readonly handle: NativeHandle;
  readonly clock: Clock;
  readonly receiving: MessageBatch;
  /** With these each probe's stamp is to be read before its reply: then probes go one by one. */
  readonly transmitStamps: boolean;
  /** Makes a record go to the target. */
  readonly address: (batch: MessageBatch, index: number) => void;
  /** What became of the send of `token`: 0, or the errno with which it was refused. */
  readonly account: (token: number, errno: number) => void;
  /** Hands over transmit stamps and errors, if it is time to look for them. */
  readonly readErrors: (handler: PortHandler) => void;
  readonly expectErrors: () => void;
  /** Hands over received record `index`. */
  readonly deliver: (index: number, handler: PortHandler) => void;
}

export class AddonExchange implements TightPort {
  readonly capacity: number;
  readonly #host: ExchangeHost;
  readonly #sending: MessageBatch;
  readonly #numbers: Float64Array;
  readonly #native: NativeExchange;

  constructor(host: ExchangeHost) {
    const { addon, handle, receiving } = host;
    this.#host = host;
    this.capacity = host.transmitStamps ? 1 : Math.min(CAPACITY, receiving.capacity);
    this.#sending = new MessageBatch(addon, this.capacity, receiving.dataOctets);
    for (let index = 0; index < this.capacity; index++) host.address(this.#sending, index);
    this.#numbers = new Float64Array(EXCHANGE.MOMENTS + this.capacity + 1);
    this.#native = addon.createExchange(handle, this.#sending.native, receiving.native, this.#numbers);
  }

  room(index: number): Uint8Array {
    return this.#sending.room(index);
  }

  exchange(count: number, octets: number, tokens: Uint32Array, confirm: boolean, handler: ExchangeHandler): void {
    const { account, readErrors, deliver } = this.#host;
    const numbers = this.#numbers;
    for (let index = 0; index < count; index++) this.#sending.setWord(index, WORD.LENGTH, octets);
    const sent = this.#native(count, confirm ? MSG_CONFIRM : 0);
    const received = numbers[EXCHANGE.RECEIVED]!;
    const refused = numbers[EXCHANGE.REFUSED]!;
    for (let index = 0; index < sent; index++) {
      this.#showMoment(index);
      account(tokens[index]!, 0);
      handler.sent(index, 0);
      if (index >= received) continue;
      readErrors(handler); // reads the clock
      this.#showMoment(index + 1);
      deliver(index, handler);
    }
    if (numbers[EXCHANGE.FAILED] !== 0) this.#host.expectErrors();
    if (refused === 0) return;
    this.#showMoment(sent);
    account(tokens[sent]!, refused);
    handler.sent(sent, refused);
  }
  /** Moment 0 is that before the first send, moment k that behind the k-th receive, from where the next send goes. */
  #showMoment(index: number): void {
    const { clock } = this.#host;
    clock.show(this.#numbers, EXCHANGE.CLOCKS);
    clock.advanceTo(this.#numbers[EXCHANGE.MOMENTS + index]!);
  }
}
