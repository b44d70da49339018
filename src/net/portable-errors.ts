/**
 * libc's words for errors, where no addon can ask libc. Node has numbers and words of its own ("network is unreachable");
 * raw-socket has libc's words and no number.
 */
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { SystemError } from './native.ts';

/** strerror(3) of glibc in the C locale, for what socket calls fail with. */
const WORDS: Readonly<Record<string, string>> = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  EINTR: 'Interrupted system call',
  EIO: 'Input/output error',
  ENXIO: 'No such device or address',
  EBADF: 'Bad file descriptor',
  EAGAIN: 'Resource temporarily unavailable',
  ENOMEM: 'Cannot allocate memory',
  EACCES: 'Permission denied',
  EFAULT: 'Bad address',
  EBUSY: 'Device or resource busy',
  ENODEV: 'No such device',
  EINVAL: 'Invalid argument',
  ENFILE: 'Too many open files in system',
  EMFILE: 'Too many open files',
  EPIPE: 'Broken pipe',
  EPROTO: 'Protocol error',
  EDESTADDRREQ: 'Destination address required',
  EMSGSIZE: 'Message too long',
  ENOPROTOOPT: 'Protocol not available',
  EPROTONOSUPPORT: 'Protocol not supported',
  EOPNOTSUPP: 'Operation not supported',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ENETDOWN: 'Network is down',
  ENETUNREACH: 'Network is unreachable',
  ENETRESET: 'Network dropped connection on reset',
  ENOBUFS: 'No buffer space available',
  ENOTCONN: 'Transport endpoint is not connected',
  ETIMEDOUT: 'Connection timed out',
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
};

/** musl's words, where they are others. */
const MUSL_WORDS: Readonly<Record<string, string>> = {
  EIO: 'I/O error',
  ENOMEM: 'Out of memory',
  EBUSY: 'Resource busy',
  EMFILE: 'No file descriptors available',
  EMSGSIZE: 'Message too large',
  EOPNOTSUPP: 'Not supported',
  EADDRINUSE: 'Address in use',
  EADDRNOTAVAIL: 'Address not available',
  ENETUNREACH: 'Network unreachable',
  ETIMEDOUT: 'Operation timed out',
  EHOSTUNREACH: 'Host is unreachable',
};

/** gai_strerror(3) of glibc, by the names that node has for what a resolver answers. */
const RESOLVER_WORDS: Readonly<Record<string, string>> = {
  EAI_ADDRFAMILY: 'Address family for hostname not supported',
  EAI_AGAIN: 'Temporary failure in name resolution',
  EAI_BADFLAGS: 'Bad value for ai_flags',
  EAI_FAIL: 'Non-recoverable failure in name resolution',
  EAI_FAMILY: 'ai_family not supported',
  EAI_MEMORY: 'Memory allocation failure',
  EAI_NODATA: 'No address associated with hostname',
  EAI_NONAME: 'Name or service not known',
  EAI_SERVICE: 'Servname not supported for ai_socktype',
  EAI_SOCKTYPE: 'ai_socktype not supported',
};

const NUMBERS: Readonly<Record<string, number>> = constants.errno;
const NUMBER_OF_WORDS = new Map(
  [...Object.entries(WORDS), ...Object.entries(MUSL_WORDS)].map(([code, words]) => [words, NUMBERS[code]!]),
);
const WORDS_OF_NUMBER = new Map(Object.entries(WORDS).map(([code, words]) => [NUMBERS[code]!, words]));

/** The kernel's own numbers end here, MAX_ERRNO. */
const KERNEL_ERRNO_MAX = 4095;
/** Words that we have no number for: they get one behind the kernel's, so that they are not lost. */
const STRANGE_WORDS: string[] = [];

/** strerror(3). */
export function strerror(errno: number): string {
  return WORDS_OF_NUMBER.get(errno) ?? STRANGE_WORDS[errno - KERNEL_ERRNO_MAX - 1] ?? `Unknown error ${errno}`;
}

/** The errno that libc has these words for. */
export function errnoOf(words: string): number {
  const known = NUMBER_OF_WORDS.get(words);
  if (known !== undefined) return known;
  if (!STRANGE_WORDS.includes(words)) STRANGE_WORDS.push(words);
  return KERNEL_ERRNO_MAX + 1 + STRANGE_WORDS.indexOf(words);
}

/** An error like those that the addon throws. */
export function portableError(errno: number, syscall: string): SystemError {
  const code = Object.keys(NUMBERS).find((name) => NUMBERS[name] === errno) ?? 'UNKNOWN';
  return Object.assign(new Error(`${syscall}: ${strerror(errno)}`), { code, errno: -errno, syscall });
}

/** The same for an error of node's own, whose number tells what it was: a system call's or the resolver's. */
export function fromNodeError(error: NodeJS.ErrnoException, syscall: string): SystemError {
  const name = error.errno === undefined ? '' : getSystemErrorName(error.errno);
  const words = RESOLVER_WORDS[name];
  if (words === undefined) return portableError(Math.abs(error.errno ?? constants.errno.EIO), syscall);
  return Object.assign(new Error(`${syscall}: ${words}`), { code: name, errno: error.errno!, syscall });
}
