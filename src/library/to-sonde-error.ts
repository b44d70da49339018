/** From the errors of sockets, resolver and setup to the one that a program is told. */
import { UsageError } from '../cli/errors.ts';
import { isSystemError } from '../net/errors.ts';
import { IcmpSocketRefused } from '../net/icmp-socket.ts';
import type { SystemError } from '../net/native.ts';
import { explainRefusal } from '../net/privileges.ts';
import { SondeError } from './errors.ts';

/** What stands before a hint in the messages of commands. */
const HINT_MARK = '\n=> ';
/** Where nothing more exact is known: the machine refused something that a run cannot do without. */
const SETUP_CODE = 'ERR_SONDE_SETUP';

/** What went wrong as a SondeError where it is the machine's refusal; anything else (a bug, an abort's reason) as it is. */
export function toSondeError(error: unknown): unknown {
  if (error instanceof IcmpSocketRefused) return fromText(explainRefusal(error), error.raw, error);
  if (error instanceof UsageError) {
    const { cause } = error;
    return fromText(error.message, cause instanceof IcmpSocketRefused ? cause.raw : cause, error);
  }
  return isSystemError(error) ? fromText(error.message, error, error) : error;
}

/** `message` may have a hint behind it, as the commands print it. `cause` is the call that failed, where it was one. */
function fromText(message: string, cause: unknown, error: Error): SondeError {
  const [text, hint = null] = message.split(HINT_MARK, 2) as [string, string?];
  const { code = SETUP_CODE, syscall = null, errno = null } = (cause ?? {}) as Partial<SystemError>;
  return new SondeError(text, { code, syscall, errno, hint }, { cause: error });
}
