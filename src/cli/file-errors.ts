/** What files fail with, in libc's words: node's name the call and the path once more, and a user knows both. */
import { ERRNO_WORDS } from '../net/errno-words.ts';

/** Why opening, reading or writing a file failed; the error's own message where it is no errno of ours. */
export function fileReason(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_INVALID_ARG_VALUE') return 'a path holds no NUL';
  return ERRNO_WORDS[code] ?? message;
}
