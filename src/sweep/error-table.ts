/** The last error of each target, in twelve octets each once there is any. */

/** An ICMP error from the network, or a refusal of our own kernel. */
export type ProbeError =
  | {
      readonly kind: 'icmp' | 'icmp6';
      readonly type: number;
      readonly code: number;
      /** MTU, pointer or gateway, by type (`ee_info`). */
      readonly info: number;
      /** What the kernel makes of type and code, as a connected socket would have it. */
      readonly errno: number;
      /** Who sent it; null where it is not known, or where more have spoken than are remembered. */
      readonly from: string | null;
    }
  | { readonly kind: 'local'; readonly errno: number };

const NONE = 0;
const KINDS = ['none', 'icmp', 'icmp6', 'local'] as const;
const LOCAL = KINDS.indexOf('local');
/** Words of an entry: kind, type and code (or errno); info; errno and number of the offender, 0 for none. */
const WORDS = 3;
const OFFENDERS_MAXIMUM = 0xffff;

export class ErrorTable {
  readonly #targets: number;
  #entries: Uint32Array | null = null;
  readonly #offenders: string[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(targets: number) {
    this.#targets = targets;
  }

  set(index: number, error: ProbeError): void {
    this.#entries ??= new Uint32Array(WORDS * this.#targets);
    const at = WORDS * index;
    if (error.kind === 'local') {
      this.#entries[at] = (LOCAL << 24) | error.errno;
      return;
    }
    this.#entries[at] = (KINDS.indexOf(error.kind) << 24) | (error.type << 8) | error.code;
    this.#entries[at + 1] = error.info;
    this.#entries[at + 2] = (error.errno << 16) | (error.from === null ? 0 : this.#numberOf(error.from));
  }

  /** Routers that say so are few as a rule; when they are not, memory is worth more than their names. */
  #numberOf(offender: string): number {
    const known = this.#numbers.get(offender);
    if (known !== undefined) return known;
    if (this.#offenders.length === OFFENDERS_MAXIMUM) return 0;
    const number = this.#offenders.push(offender);
    this.#numbers.set(offender, number);
    return number;
  }

  get(index: number): ProbeError | null {
    const at = WORDS * index;
    const head = this.#entries?.[at] ?? NONE;
    const kind = KINDS[head >>> 24]!;
    if (kind === 'none') return null;
    if (kind === 'local') return { kind, errno: head & 0xffffff };
    return {
      kind,
      type: (head >>> 8) & 0xff,
      code: head & 0xff,
      info: this.#entries![at + 1]!,
      errno: this.#entries![at + 2]! >>> 16,
      from: this.#offenders[(this.#entries![at + 2]! & OFFENDERS_MAXIMUM) - 1] ?? null,
    };
  }
}
