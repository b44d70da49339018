/**
 * The liar's addresses: whoever sends an ICMP echo request to one of them is told the lie that it is named for.
 * Tests name them (`LIES.duplicate.ipv4`) and never write the numbers. Echo replies have TTL 57, hop limit 55.
 *
 * Where "the kernel drops it" is said, Linux does so before any socket, so the one who asked sees silence.
 * A request of any kind that comes in fragments is never answered.
 */

interface LieAddresses {
  readonly ipv4?: string;
  readonly ipv6?: string;
}

export const LIES = {
  // Echo replies with something about them.
  /** As it should be. Also answers ICMP time stamps rightly, node information queries, and UDP by port unreachable. */
  normal: { ipv4: '10.88.0.9', ipv6: 'fd88::9' },
  /** The same reply twice. */
  duplicate: { ipv4: '10.88.0.10', ipv6: 'fd88::50' },
  /** The ICMP checksum is wrong. For datagram sockets, and for IPv6 altogether, the kernel drops it. */
  badChecksum: { ipv4: '10.88.0.11', ipv6: 'fd88::a11' },
  /** Cut to 30 octets of ICMP. */
  truncated: { ipv4: '10.88.0.12', ipv6: 'fd88::52' },
  /** Octet 20 of the payload inverted. */
  corrupted: { ipv4: '10.88.0.13', ipv6: 'fd88::53' },
  /** Comes from `other`. */
  otherSource: { ipv4: '10.88.0.14', ipv6: 'fd88::51' },
  /** Only even sequence numbers are answered. */
  evenOnly: { ipv4: '10.88.0.15', ipv6: 'fd88::a15' },
  /** After 15.5, 123.4 and 3.5 ms: the rounding classes of `time=`. */
  after15500us: { ipv4: '10.88.0.16', ipv6: 'fd88::a16' },
  after123400us: { ipv4: '10.88.0.17', ipv6: 'fd88::a17' },
  after3500us: { ipv4: '10.88.0.18', ipv6: 'fd88::a18' },
  /** After 1.3 s: later than the next request at the usual interval. */
  after1300ms: { ipv4: '10.88.0.19', ipv6: 'fd88::a19' },

  // The struct timeval that iputils puts at the start of the payload comes back forged (CVE-2025-47268, -48964).
  /** One hour later than it was. */
  stampFuture: { ipv4: '10.88.0.20', ipv6: 'fd88::a20' },
  /** -5,000,000 microseconds. */
  stampNegative: { ipv4: '10.88.0.21', ipv6: 'fd88::a21' },
  /** Both words zero: 1970. */
  stampZero: { ipv4: '10.88.0.22', ipv6: 'fd88::a22' },
  /** The least 64-bit second, the greatest 64-bit microsecond. */
  stampExtreme: { ipv4: '10.88.0.23', ipv6: 'fd88::a23' },

  // IP options on the reply. The kernel of the receiver adds itself to them, as every hop does.
  /** Record route with 9 slots, three of them used: `other`, `gateway`, the address asked. */
  recordRoute: { ipv4: '10.88.0.30' },
  /** Time stamps only, both slots used, the first not standard, overflow 2 (3 when received). */
  timestampsOnly: { ipv4: '10.88.0.31' },
  /** Time stamps with addresses, both slots used (overflow 1 when received). */
  timestampsAndAddresses: { ipv4: '10.88.0.32' },
  /** Loose source route: the kernel drops it. */
  sourceRoute: { ipv4: '10.88.0.33' },
  /** Option 0x94 (router alert), which ping knows not. */
  unknownOption: { ipv4: '10.88.0.34' },
  /** An IPv6 destination options header, 8 octets of padding, before the reply. */
  destinationOptions: { ipv6: 'fd88::a34' },

  /** Never answers. */
  silence: { ipv4: '10.88.0.40', ipv6: 'fd88::a40' },

  // ICMP time stamps (clockdiff); echo requests are answered rightly.
  /** The clock is 250 ms ahead. */
  clock250msAhead: { ipv4: '10.88.0.50' },
  /** The high bit is set: not milliseconds since midnight UT (RFC 792). */
  clockNonStandard: { ipv4: '10.88.0.51' },

  // Node information (RFC 4620) replies; echo requests are answered rightly.
  /** Code 1. */
  informationRefused: { ipv6: 'fd88::41' },
  /** Code 2. */
  informationUnknown: { ipv6: 'fd88::42' },
  /** Code 9, which means nothing. */
  informationCode9: { ipv6: 'fd88::43' },

  // Replies that are not to be believed.
  /** The identifier is one higher; nothing else comes. */
  wrongIdentifier: { ipv4: '10.88.0.60', ipv6: 'fd88::a60' },
  /** First a reply to another process (identifier, sequence and payload are foreign) from `other`, then the right one. */
  strangersReply: { ipv4: '10.88.0.61', ipv6: 'fd88::a61' },
  /** The sequence is 1000 higher: never sent; nothing else comes. */
  wrongSequence: { ipv4: '10.88.0.62', ipv6: 'fd88::a62' },
  /** The request comes back as a request. */
  requestBack: { ipv4: '10.88.0.63', ipv6: 'fd88::a63' },
  /** 4 octets of ICMP. For datagram sockets, and for raw ones with an ICMP filter, the kernel drops it. */
  short: { ipv4: '10.88.0.64', ipv6: 'fd88::a64' },
  /** 8 octets of ICMP: no payload. */
  noPayload: { ipv4: '10.88.0.65', ipv6: 'fd88::a65' },
  /** Two replies, the payload of the second inverted. */
  twoPayloads: { ipv4: '10.88.0.66', ipv6: 'fd88::a66' },
  /** First a reply to the request 70,000 before, one wrap of the sequence ago, then the right one. */
  oldSequence: { ipv4: '10.88.0.67', ipv6: 'fd88::a67' },
  /** Requests are answered in pairs, the even one first: 2, 1, 4, 3, … */
  swappedPairs: { ipv4: '10.88.0.68', ipv6: 'fd88::a68' },
  /** 100 replies. */
  storm: { ipv4: '10.88.0.69', ipv6: 'fd88::a69' },
  /** 32 octets more than were sent. */
  grown: { ipv4: '10.88.0.80', ipv6: 'fd88::a80' },
  /** TTL or hop limit 0. */
  hopLimitZero: { ipv4: '10.88.0.82', ipv6: 'fd88::a82' },
  /** Port unreachable and, 50 ms later, the reply. */
  errorThenReply: { ipv4: '10.88.0.83', ipv6: 'fd88::a83' },
  /** The reply and, 50 ms later, port unreachable. */
  replyThenError: { ipv4: '10.88.0.84', ipv6: 'fd88::a84' },

  // IP options that are no options (CVE-2010-2529). The kernel drops the first three.
  optionLengthZero: { ipv4: '10.88.0.70' },
  optionLengthOne: { ipv4: '10.88.0.71' },
  /** The option's length goes past the header. */
  optionPastHeader: { ipv4: '10.88.0.72' },
  /** 40 octets (IHL 15): one option of an experimental type, full of control characters and quotes. */
  optionGarbage: { ipv4: '10.88.0.73' },
  /** 40 octets of no-operation. */
  optionNops: { ipv4: '10.88.0.85' },

  // ICMP errors (host unreachable, v6 address unreachable) from `other` that quote badly.
  /** Quotes an echo request that another process sent to another host. */
  errorQuotesStranger: { ipv4: '10.88.0.74', ipv6: 'fd88::a74' },
  /** The quote ends inside the IP header: the kernel drops it, but a raw socket may see it. */
  errorQuotesHalfHeader: { ipv4: '10.88.0.75', ipv6: 'fd88::a75' },
  /** The quote is 64 octets of 0xff. */
  errorQuotesGarbage: { ipv4: '10.88.0.76', ipv6: 'fd88::a76' },
  /** Time exceeded with RFC 4884 extensions: a quote padded to 128 octets, then an MPLS label stack of label 16000, TTL 1. */
  errorWithExtensions: { ipv4: '10.88.0.77', ipv6: 'fd88::a77' },
  /** The quote ends after 4 octets of the ICMP header. */
  errorQuotesHalfIcmp: { ipv4: '10.88.0.78', ipv6: 'fd88::a78' },

  // Addresses that the lies speak of. They answer rightly themselves.
  /** The next hop that redirects name. */
  gateway: { ipv4: '10.88.0.98', ipv6: 'fd88::98' },
  /** Where errors and other people's replies come from. */
  other: { ipv4: '10.88.0.99', ipv6: 'fd88::99' },
} as const satisfies Readonly<Record<string, LieAddresses>>;

export type LieName = keyof typeof LIES;

/**
 * Clocks for clockdiff, by ICMP timestamp messages and by prespecified IP timestamp options alike. Unless said, a clock is
 * right and stamps requests as they arrive. The ways there and back are as long as said; the stamp falls between them.
 */
export const CLOCK_LIES = {
  /** 1234.4 ms behind. */
  behind: '10.88.50.1',
  /** 250.4 ms ahead; 12 ms there, 1 ms back. */
  slowThere: '10.88.50.2',
  /** 250.4 ms ahead; 1 ms there, 12 ms back. */
  slowBack: '10.88.50.3',
  /** 3600,000.7 ms ahead; 1 to 9 ms there, 1 ms back. */
  jitterThere: '10.88.50.4',
  /** 0.5 ms behind; 1 ms there, 1 to 9 ms back. */
  jitterBack: '10.88.50.5',
  /** 11 h 59 min 59 s ahead. */
  halfDay: '10.88.50.6',
  /** Passes midnight 3 ms after the first request of a run. */
  midnight: '10.88.50.7',
  /** 250 ms ahead; the octets of the stamps come in reverse order. */
  swapped: '10.88.50.8',
  /** Stamps 100,000,000, which is no time of day, and never ticks. */
  frozen: '10.88.50.9',
  /** Steps 5 s ahead at the twentieth request of a run. */
  steps: '10.88.50.10',
  /** Ticks every 10 ms. */
  coarse: '10.88.50.11',
  /** Every third request is answered. */
  lossy: '10.88.50.12',
  /** Each reply comes twice. */
  twice: '10.88.50.13',
  /** Replies come after 1.3 s. */
  late: '10.88.50.14',
  /** The identifier is one higher. */
  wrongIdentifier: '10.88.50.15',
  /** The sequence is 1000 higher. */
  wrongSequence: '10.88.50.16',
  /** 12 octets of ICMP: the stamps are cut off. */
  short: '10.88.50.17',
  /** The ICMP checksum is wrong. */
  badChecksum: '10.88.50.18',
  /** Twenty requests of a run are answered, and then none. */
  dies: '10.88.50.19',
  /** The IP timestamp option overflowed once. */
  overflow: '10.88.50.20',
  /** The IP timestamp option comes back as it came. */
  unfilled: '10.88.50.21',
  /** The high bit is set in the IP timestamp option as well. */
  nonStandard: '10.88.50.22',
  /** First a reply with a wrong checksum, 5 ms later the right one. */
  badThenGood: '10.88.50.23',
  /** Port unreachable and, 50 ms later, the reply. */
  errorThenReply: '10.88.50.24',
} as const;

export type ClockLieName = keyof typeof CLOCK_LIES;

/** Addresses that answer every packet of any kind with an ICMP error from `LIES.other`. */
export const ICMP_ERRORS = {
  /** Type 3, codes 0 to 255; code 4 says MTU 1400. The kernel drops codes above 15. */
  destinationUnreachable: (code: number) => `10.88.3.${code}`,
  /** Type 4. */
  sourceQuench: '10.88.4.0',
  /** Type 5, the next hop being `LIES.gateway`. A's kernel may follow it: `lab.forgetLearned()`. */
  redirect: (code: number) => `10.88.5.${code}`,
  /** Type 11. */
  timeExceeded: (code: number) => `10.88.11.${code}`,
  /** Type 12, code 0. */
  parameterProblem: (pointer: number) => `10.88.12.${pointer}`,
} as const;

/** The same for IPv6. Pointers of parameter problems are 40, the octet after the header. */
export const ICMP6_ERRORS = {
  /** Type 1. */
  destinationUnreachable: (code: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7) => `fd88::1${code}`,
  /** Type 2, MTU 1400. */
  packetTooBig: (code: 0 | 1) => `fd88::2${code}`,
  /** Type 3. */
  timeExceeded: (code: 0 | 1 | 2) => `fd88::3${code}`,
  /** Type 4. */
  parameterProblem: (code: 0 | 1 | 2 | 3) => `fd88::3${3 + code}`,
} as const;
