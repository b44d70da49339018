/** What ends a command with one line for the user instead of a stack. */

/** The user's argument is wrong. `exitStatus` differs by helper: see ../shared/spec/iputils.md, section 0. */
export class UsageError extends Error {
  readonly exitStatus: number;
  constructor(message: string, exitStatus: number, options?: ErrorOptions) {
    super(message, options);
    this.exitStatus = exitStatus;
  }
}

const SYSTEM_STATUS = 2;

/**
 * The machine refuses something that a run cannot do without. `exitStatus` is 2 but where a manual page says otherwise. The
 * `cause`, where there is one, is the call that failed.
 */
export class SetupError extends UsageError {
  constructor(message: string, exitStatus = SYSTEM_STATUS, options?: ErrorOptions) {
    super(message, exitStatus, options);
  }
}
