/** The ICMP error that answered a probe, as events tell it. */

/** All null where a datagram answered, or nobody. */
export interface AnswerError {
  readonly icmpType: number | null;
  readonly icmpCode: number | null;
  /** errno(3) that the kernel makes of it: positive. */
  readonly errno: number | null;
}

export const NO_ERROR: AnswerError = { icmpType: null, icmpCode: null, errno: null };
