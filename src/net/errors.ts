/** What a system error looks like here, whoever raised it: the addon, node, or the other backend. */
import type { NativeAddon, SystemError } from './native.ts';

/** Of any realm: under jest the addon's errors are no instances of the `Error` that we see. */
export function isSystemError(error: unknown): error is SystemError {
  return isError(error) && 'errno' in error && 'syscall' in error && 'code' in error;
}

function isError(value: unknown): value is Error {
  return Object.prototype.toString.call(value) === '[object Error]';
}

/** strerror(3) of a system error, or gai_strerror(3) of a resolver's: the message without its `syscall: `. */
export function reasonOf(error: SystemError): string {
  const prefix = `${error.syscall}: `;
  return error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
}

/** The errno of a call that answered `-errno`, as an error like those the addon throws. */
export function systemError(addon: NativeAddon, errno: number, syscall: string): SystemError {
  const code = addon.errnoName(errno);
  return Object.assign(new Error(`${syscall}: ${addon.strerror(errno)}`), { code, errno: -errno, syscall });
}
