/** Which options say nothing to a method, and are refused instead of being left out. */
import { UsageError } from '../../cli/errors.ts';
import { DEFAULT_SIZE, optionLabel, type PingOptionName, type PingOptions } from '../options.ts';
import type { Method, MethodChoice } from './method.ts';

type Refused = PingOptionName | 'hops';
type Refusals = readonly (readonly [name: Refused, isGiven: (options: PingOptions) => boolean])[];

/** What ICMP messages, groups of hosts or raw sockets have, and sockets that open while the run goes on have not. */
const NEITHER_UDP_NOR_TCP: Refusals = [
  ['adaptive', ({ adaptive }) => adaptive],
  ['broadcast', ({ broadcast }) => broadcast],
  ['connect', ({ connect }) => connect],
  ['debug', ({ debug }) => debug],
  ['identifier', ({ identifier }) => identifier !== null],
  ['flood', ({ flood }) => flood],
  ['flow-label', ({ flowLabel }) => flowLabel !== null],
  ['no-loopback', ({ noLoopback }) => noLoopback],
  ['mark', ({ mark }) => mark !== null],
  ['node-information', ({ nodeQuery }) => nodeQuery !== null],
  ['record-route', ({ recordRoute }) => recordRoute],
  ['ip-timestamp', ({ ipTimestamp }) => ipTimestamp !== null],
  ['hops', ({ hops }) => hops.length > 0],
];

/** A SYN has no payload. */
const NOT_TCP: Refusals = [
  ['size', ({ size }) => size !== DEFAULT_SIZE],
  ['pattern', ({ pattern }) => pattern !== null],
  ['pmtudisc', ({ pmtudisc }) => pmtudisc !== null],
  ['sndbuf', ({ sndbuf }) => sndbuf !== null],
];

const REFUSALS: Readonly<Record<Method, Refusals>> = {
  icmp: [],
  udp: NEITHER_UDP_NOR_TCP,
  tcp: [...NEITHER_UDP_NOR_TCP, ...NOT_TCP],
};

/** The options of this run that `method` cannot honour. */
export function refusedBy(method: MethodChoice, options: PingOptions): readonly Refused[] {
  if (method === 'auto') return []; // it leaves out the methods that refuse
  return REFUSALS[method].filter(([, isGiven]) => isGiven(options)).map(([name]) => name);
}

const USAGE_STATUS = 2;

/** @throws UsageError naming all that is refused */
export function checkMethod(options: PingOptions): void {
  const { method, port } = options;
  if (method === 'icmp' && port !== null) throw new UsageError('--port needs --method udp, tcp or auto', USAGE_STATUS);
  const refused = refusedBy(method, options).map((name) => (name === 'hops' ? '<hop>' : optionLabel(name)));
  if (refused.length > 0) throw new UsageError(`--method ${method} cannot do: ${refused.join(', ')}`, USAGE_STATUS);
}
