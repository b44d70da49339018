/** What a run of the library rejects with where this machine refuses: an Error that says what, and what would mend it. */

/**
 * A local failure: a name without an address, a socket that may not be opened, a device that is not there. What happens on the
 * network is an event and no error.
 */
export class SondeError extends Error {
  override readonly name = 'SondeError';
  /** errno(3)'s name (`EPERM`), the resolver's (`EAI_NONAME`), or `ERR_SONDE_…`. */
  readonly code: string;
  /** The call that failed, as `socket`; null where it was none. */
  readonly syscall: string | null;
  /** As node has it: negative; null where there is none. */
  readonly errno: number | null;
  /** The command, setting or privilege that would mend it; null where nobody knows. */
  readonly hint: string | null;

  constructor(message: string, facts: Pick<SondeError, 'code' | 'syscall' | 'errno' | 'hint'>, options?: ErrorOptions) {
    super(message, options);
    this.code = facts.code;
    this.syscall = facts.syscall;
    this.errno = facts.errno;
    this.hint = facts.hint;
  }
}
