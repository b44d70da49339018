/** The options of `rdisc()` in the library: names, units, ranges, and what they mean in terms of the command's. No sockets here. */
import { BACKEND_NAMES, type BackendName } from '../cli/backend-names.ts';
import {
  abortSignal,
  type Check,
  checkOptions,
  flag,
  oneOf,
  realNumber,
  text,
  wholeNumber,
} from '../library/options.ts';
import { MAXIMUM_PREFERENCE } from '../packet/irdp.ts';
import {
  defaultAddresses,
  defaults,
  MAXIMUM_INTERVAL_SECONDS,
  MINIMUM_INTERVAL_SECONDS,
  type RdiscOptions,
  UINT32_MAX,
} from './options.ts';

/** What `rdisc()` can be told: rdisc(8)'s long options in camelCase, times in milliseconds. Without any it lists the routers. */
export interface RdiscLibraryOptions {
  /** Ends the run with what is known. Aborted before the first message, the run rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Where messages go, a name or an address. @defaultValue 224.0.0.2; as a responder 224.0.0.1 */
  readonly sendAddress?: string | undefined;
  /** Group to receive at. @defaultValue 224.0.0.1; as a responder 224.0.0.2 */
  readonly receiveAddress?: string | undefined;
  /** Solicit three times; the run ends where no router answers. Listing does so in any case. */
  readonly solicit?: boolean | undefined;
  /** Go on listening, also when no router answers: ended by `signal`, or by leaving the loop. */
  readonly forever?: boolean | undefined;
  /** Go on listening when routers are found. */
  readonly test?: boolean | undefined;
  /** Take every router for a default router, whatever its preference. @defaultValue those of the highest preference */
  readonly all?: boolean | undefined;
  /** Set default routes to the routers, and remove them at the end. Needs CAP_NET_ADMIN. */
  readonly install?: boolean | undefined;
  /** Be a router: advertise this host's addresses and answer solicitations, until ended. */
  readonly responder?: boolean | undefined;
  /** With `responder`: preference of our addresses, 32 bits with or without a sign; 0x80000000 for none. @defaultValue 0 */
  readonly preference?: number | undefined;
  /** With `responder`: at most so long between advertisements, 4,000 to 1,800,000. @defaultValue 600000 */
  readonly maxIntervalMs?: number | undefined;
  /** Which part in another language reaches the network. @defaultValue the addon where it loads */
  readonly backend?: BackendName | undefined;
}

const MS_PER_SECOND = 1000;

const CHECKS: Readonly<Record<keyof RdiscLibraryOptions, Check>> = {
  signal: abortSignal,
  sendAddress: text,
  receiveAddress: text,
  solicit: flag,
  forever: flag,
  test: flag,
  all: flag,
  install: flag,
  responder: flag,
  preference: wholeNumber(-MAXIMUM_PREFERENCE - 1, UINT32_MAX),
  maxIntervalMs: realNumber(MINIMUM_INTERVAL_SECONDS * MS_PER_SECOND, MAXIMUM_INTERVAL_SECONDS * MS_PER_SECOND),
  backend: oneOf(BACKEND_NAMES),
};

/** @throws TypeError, RangeError naming the option */
export function checkRdiscOptions(options: RdiscLibraryOptions): void {
  checkOptions('rdisc', options, CHECKS);
  const { responder = false } = options;
  const excluded = (responder ? (['solicit', 'install'] as const) : []).find((name) => options[name] === true);
  if (excluded !== undefined) throw new RangeError(`responder and ${excluded} exclude each other`);
  const unused = responder ? [] : (['preference', 'maxIntervalMs'] as const);
  const idle = unused.find((name) => options[name] !== undefined);
  if (idle !== undefined) throw new RangeError(`${idle} is for a responder: nothing is advertised without`);
}

/** The same in the command's terms. The options were checked. */
export function toCommandOptions(given: RdiscLibraryOptions): RdiscOptions {
  const base = defaults();
  const options: RdiscOptions = {
    ...base,
    acceptAll: given.all ?? false,
    backend: given.backend ?? null,
    forever: given.forever ?? false,
    install: given.install ?? false,
    // The lowest may be written as the protocol calls it, without a sign.
    preference: (given.preference ?? 0) | 0,
    responder: given.responder ?? false,
    solicit: given.solicit ?? false,
    test: given.test ?? false,
    maximumIntervalSeconds:
      given.maxIntervalMs === undefined ? base.maximumIntervalSeconds : given.maxIntervalMs / MS_PER_SECOND,
  };
  const { sendTo, receiveAt } = defaultAddresses(options);
  return { ...options, sendTo: given.sendAddress ?? sendTo, receiveAt: given.receiveAddress ?? receiveAt };
}
