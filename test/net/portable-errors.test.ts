import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isSystemError, reasonOf } from '../../src/net/errors.ts';
import { errnoOf, fromNodeError, portableError, strerror } from '../../src/net/portable-errors.ts';

const { ENETUNREACH, EHOSTUNREACH, EMSGSIZE, EPERM, EINVAL } = constants.errno;

describe("libc's words", () => {
  // As strerror(3) of glibc says them.
  it.each([
    [EPERM, 'Operation not permitted'],
    [EINVAL, 'Invalid argument'],
    [EMSGSIZE, 'Message too long'],
    [ENETUNREACH, 'Network is unreachable'],
    [EHOSTUNREACH, 'No route to host'],
  ])('are known both ways: %i is "%s"', (errno, words) => {
    expect(strerror(errno)).toBe(words);
    expect(errnoOf(words)).toBe(errno);
  });

  it("are understood in musl's form too", () => {
    expect(errnoOf('Network unreachable')).toBe(ENETUNREACH);
    expect(errnoOf('Host is unreachable')).toBe(EHOSTUNREACH);
    expect(errnoOf('Message too large')).toBe(EMSGSIZE);
  });

  it('survive as a number of their own where they are strange', () => {
    const errno = errnoOf('Key has expired');
    expect(errno).toBeGreaterThan(4095);
    expect(errnoOf('Key has expired')).toBe(errno);
    expect(errnoOf('Key has been revoked')).not.toBe(errno);
    expect(strerror(errno)).toBe('Key has expired');
  });

  it('are missing for numbers that nobody has words for', () => {
    expect(strerror(4000)).toBe('Unknown error 4000');
    expect(strerror(99_999)).toBe('Unknown error 99999');
  });
});

describe('errors', () => {
  it('look like those of the addon', () => {
    const error = portableError(ENETUNREACH, 'connect');
    expect(isSystemError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'ENETUNREACH', errno: -ENETUNREACH, syscall: 'connect' });
    expect(error.message).toBe('connect: Network is unreachable');
    expect(reasonOf(error)).toBe('Network is unreachable');
  });

  it("of node's sockets get libc's words", () => {
    const error = Object.assign(new Error('connect EACCES 10.77.1.255:1025 - Local (0.0.0.0:40000)'), {
      code: 'EACCES',
      errno: -13,
    });
    expect(fromNodeError(error, 'connect')).toMatchObject({
      code: 'EACCES',
      errno: -13,
      message: 'connect: Permission denied',
    });
  });

  // As gai_strerror(3) of glibc says them; node calls the first two ENOTFOUND.
  it.each([
    [-3008, 'EAI_NONAME', 'Name or service not known'],
    [-3007, 'EAI_NODATA', 'No address associated with hostname'],
    [-3001, 'EAI_AGAIN', 'Temporary failure in name resolution'],
    [-3004, 'EAI_FAIL', 'Non-recoverable failure in name resolution'],
  ])("of node's resolver get the resolver's words: %i is %s", (errno, code, words) => {
    const error = fromNodeError(Object.assign(new Error('getaddrinfo ENOTFOUND x'), { errno }), 'getaddrinfo');
    expect(error).toMatchObject({ code, syscall: 'getaddrinfo' });
    expect(reasonOf(error)).toBe(words);
  });

  it('without a number are input/output errors', () => {
    expect(fromNodeError(new Error('strange'), 'connect').message).toBe('connect: Input/output error');
  });
});
