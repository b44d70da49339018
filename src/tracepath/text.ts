/** Events as the lines of iputils' tracepath, to the blank: ../shared/spec/iputils.md section 2.3. -v adds indented lines. */
import { conditionPieces } from '../cli/conditions.ts';
import type { Output } from '../cli/pieces.ts';
import { escapeControl, formatMilliseconds } from '../cli/printf.ts';
import type { AnswerEvent, BlackHoleEvent, LostEvent, MtuEvent, SummaryEvent, TracepathEvent } from './events.ts';
import { describeExtension } from './extension-text.ts';

export interface TextOptions {
  readonly verbose: boolean;
  /** -b and -n: which of name and address stand where. */
  readonly both: boolean;
  readonly numeric: boolean;
  readonly strerror: (errno: number) => string;
  readonly nameOf: (address: string) => string | null;
}

const HOST_COLUMNS = 52;
const LOCALHOST_COLUMNS = 32;
const MILLISECOND_DIGITS = 3;
const NS_PER_US = 1e3;
const INDENT = '     ';

export class TracepathText {
  readonly #options: TextOptions;

  constructor(options: TextOptions) {
    this.#options = options;
  }

  /** What to write for one event, in order; nothing for one that the text does not tell. */
  render(event: TracepathEvent): readonly Output[] {
    switch (event.type) {
      case 'answer':
        return this.#answer(event);
      case 'no-reply':
        return out(`${hopColumn(event.hop, true)}no reply\n`);
      case 'reply':
        return out(`${hopColumn(event.hop, false)}reply received 8)\n${this.#below([this.#replySource(event)])}`);
      case 'send-failed':
        return out(`${hopColumn(event.hop, true)}send failed\n${this.#below([this.#options.strerror(event.errno)])}`);
      case 'too-many-hops':
        return out(`${INDENT}Too many hops: pmtu ${event.mtu}\n`);
      case 'black-hole':
        return out(formatBlackHole(event));
      case 'summary':
        return [...out(formatSummary(event)), ...conditionPieces(event.conditions)];
      case 'mtu':
        return out(this.#below([this.#mtu(event)]));
      case 'lost':
        return out(this.#below([formatLoss(event)]));
      case 'hop':
        return [];
    }
  }

  #answer(event: AnswerEvent): readonly Output[] {
    const { address, hop, isHopKnown, corrupted } = event;
    const host =
      address === null ? '[LOCALHOST]'.padEnd(LOCALHOST_COLUMNS) : this.#host(address).padEnd(HOST_COLUMNS - 1);
    const line = [
      hopColumn(hop, isHopKnown),
      `${host} `,
      formatRoundTrip(event),
      corrupted ? '(This broken router returned corrupted payload) ' : '',
      formatOutcome(event),
      '\n',
    ].join('');
    const outputs = out(`${line}${this.#below(describeAnswer(event))}`);
    if (event.outcome !== 'other-error') return outputs;
    return [...outputs, { stream: 'stderr', text: `NET ERROR: ${this.#options.strerror(event.errno)}\n` }];
  }

  /** Names come from the network: what would steer a terminal is shown as `\ooo`. */
  #host(address: string): string {
    const { both, numeric, nameOf } = this.#options;
    if (numeric && !both) return address;
    const name = escapeControl(nameOf(address) ?? address);
    if (!both) return name;
    return numeric ? `${address} (${name})` : `${name} (${address})`;
  }

  #below(lines: readonly string[]): string {
    return this.#options.verbose ? lines.map((line) => `${INDENT} ${line}\n`).join('') : '';
  }

  #replySource({ address, port, octets }: { address: string; port: number; octets: number }): string {
    return `${octets} octets from ${this.#host(address)} port ${port}`;
  }

  #mtu({ address, behindHop, before, after }: MtuEvent): string {
    const where = address === null ? 'at this host' : `behind hop ${behindHop}, ${this.#host(address)}`;
    return `mtu ${before} before, ${after} ${where}`;
  }
}

function out(text: string): readonly Output[] {
  return text === '' ? [] : [{ stream: 'stdout', text }];
}

function hopColumn(hop: number, isKnown: boolean): string {
  return `${hop.toString().padStart(2)}${isKnown ? ':  ' : '?: '}`;
}

/** `%3d.%03dms `, nothing where it is not known. */
function formatRoundTrip({ roundTripNs }: AnswerEvent): string {
  if (roundTripNs === null) return '';
  const text = formatMilliseconds(Math.trunc(roundTripNs / NS_PER_US));
  return `${text.padStart(MILLISECOND_DIGITS + '.000'.length)}ms `;
}

function formatOutcome({ outcome, mtu, hop, returnHops }: AnswerEvent): string {
  switch (outcome) {
    case 'hop':
      return returnHops === null || returnHops === hop ? '' : `asymm ${returnHops.toString().padStart(2)} `;
    case 'mtu':
      return `pmtu ${mtu}`;
    case 'reached':
      return 'reached';
    case 'host-unreachable':
      return '!H';
    case 'net-unreachable':
      return '!N';
    case 'prohibited':
      return '!A';
    case 'protocol-error':
      return '!P';
    case 'silent':
    case 'other-error':
      return '';
  }
}

/** -v: what the answer was, how its time was taken, and whatever its sender added. */
function describeAnswer(event: AnswerEvent): readonly string[] {
  const { address, probe, icmpType, icmpCode, hopLimit, trafficClass, extension, quotedDestination } = event;
  if (address === null) return [];
  const facts = [
    `icmp ${icmpType}/${icmpCode}`,
    ...(hopLimit === null ? [] : [`ttl ${hopLimit}`]),
    ...(trafficClass === null ? [] : [`tos 0x${trafficClass.toString(16).padStart(2, '0')}`]),
    ...(probe === null ? [] : [`sent ${probe.octets} octets to port ${probe.port}`]),
    `quoted ${event.quotedOctets}`,
    `stamps ${event.transmitStamp}/${event.receiveStamp}`,
  ];
  return [
    facts.join(', '),
    ...(quotedDestination === null ? [] : [`quotes a packet to ${quotedDestination} port ${event.quotedPort}`]),
    ...(extension === null ? [] : describeExtension(extension)),
  ];
}

function formatLoss({ probe, attempt }: LostEvent): string {
  const which = attempt === null ? 'no answer' : `no answer to attempt ${attempt}`;
  return `${which} at hop ${probe.hop}, ${probe.octets} octets to port ${probe.port}`;
}

function formatBlackHole({ behindHop, passes, fails }: BlackHoleEvent): string {
  return `${INDENT}pmtu black hole behind hop ${behindHop}: ${passes} octets pass, ${fails} do not\n`;
}

function formatSummary({ mtu, hops, back }: SummaryEvent): string {
  const facts = [`pmtu ${mtu} `, hops === null ? '' : `hops ${hops} `, back === null ? '' : `back ${back} `];
  return `${INDENT}Resume: ${facts.join('')}\n`;
}

/** Addresses whose names a line shows. */
export function addressesOf(event: TracepathEvent): readonly string[] {
  switch (event.type) {
    case 'answer':
    case 'mtu':
      return event.address === null ? [] : [event.address];
    case 'reply':
      return [event.address];
    case 'hop':
      return event.addresses;
    case 'lost':
    case 'no-reply':
    case 'send-failed':
    case 'black-hole':
    case 'too-many-hops':
    case 'summary':
      return [];
  }
}
