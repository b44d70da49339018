/**
 * libc's words for errors, where no addon can ask libc. Node has numbers and words of its own ("network is unreachable");
 * raw-socket has libc's words and no number.
 */
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { ERRNO_WORDS } from './errno-words.ts';
import type { SystemError } from './native.ts';

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
  [...Object.entries(ERRNO_WORDS), ...Object.entries(MUSL_WORDS)].map(([code, words]) => [words, NUMBERS[code]!]),
);
const WORDS_OF_NUMBER = new Map(Object.entries(ERRNO_WORDS).map(([code, words]) => [NUMBERS[code]!, words]));

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
