/** getaddrinfo(3) and getnameinfo(3). Only numeric and local names are asked for outside of the lab. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  AI_CANONIDN,
  AI_CANONNAME,
  AI_IDN,
  NI_IDN,
  NI_NAMEREQD,
} from '../../src/net/constants.ts';
import type { NativeAddressInfo, SystemError } from '../../src/net/native.ts';
import { decodeSockaddr, formatAddress } from '../../src/net/sockaddr.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { HOSTS } from '../lab/topology.ts';
import { answerOf, runProgram } from './program.ts';
import type { Answer, Question } from './programs/resolver.ts';
import { addon, parts, sockaddr, thrownBy } from './support.ts';

const PROGRAM = new URL('./programs/resolver.ts', import.meta.url);
/** netdb.h: flags, and what getaddrinfo(3) and getnameinfo(3) answer. */
const AI_NUMERICHOST = 4;
const NI_NUMERICHOST = 1;
const EAI = { NONAME: -2, AGAIN: -3, FAIL: -4, FAMILY: -6, BADFLAGS: -1, ADDRFAMILY: -9 } as const;

type Outcome<T> = { readonly error: SystemError } | { readonly value: T };

function forward(name: string, family = AF_UNSPEC, flags = 0): Promise<Outcome<NativeAddressInfo>> {
  return new Promise((resolve) => {
    addon.getaddrinfo(name, family, flags, (error, info) => resolve(error === null ? { value: info! } : { error }));
  });
}

function reverse(address: Uint8Array, flags = 0): Promise<Outcome<string>> {
  return new Promise((resolve) => {
    // Such a lookup does not keep the loop alive; the test runner does.
    addon.getnameinfo(address, flags, (error, name) => resolve(error === null ? { value: name! } : { error }));
  });
}

function addressesOf(outcome: Outcome<NativeAddressInfo>): string[] {
  if ('error' in outcome) throw outcome.error;
  return outcome.value.addresses.map((each) => formatAddress(decodeSockaddr(each)!, String));
}

function errorOf(outcome: Outcome<unknown>): SystemError {
  if (!('error' in outcome)) throw new Error('no error');
  return outcome.error;
}

describe('getaddrinfo', () => {
  it('reads numeric addresses, each once', async () => {
    expect(addressesOf(await forward('127.0.0.1'))).toEqual(['127.0.0.1']);
    expect(addressesOf(await forward('::1'))).toEqual(['::1']);
    expect(addressesOf(await forward('fe80::1%lo'))).toEqual(['fe80::1%1']);
    // As ping has it: inet_aton's forms are numbers too.
    expect(addressesOf(await forward('127.1', AF_INET, AI_NUMERICHOST))).toEqual(['127.0.0.1']);
    expect(addressesOf(await forward('0x7f000001'))).toEqual(['127.0.0.1']);
  });

  it('finds localhost', async () => {
    expect(addressesOf(await forward('localhost', AF_INET))).toEqual(['127.0.0.1']);
  });

  it('tells a canonical name only when asked', async () => {
    expect(await forward('127.0.0.1')).toMatchObject({ value: { canonicalName: null } });
    expect(await forward('127.0.0.1', AF_UNSPEC, AI_CANONNAME)).toMatchObject({
      value: { canonicalName: '127.0.0.1' },
    });
  });

  it.each([
    ['an unknown family', () => forward('localhost', 99), 'EAI_FAMILY', EAI.FAMILY, 'ai_family not supported'],
    ['unknown flags', () => forward('localhost', 0, 1 << 30), 'EAI_BADFLAGS', EAI.BADFLAGS, 'Bad value for ai_flags'],
    [
      'an address of the other family',
      () => forward('::1', AF_INET),
      'EAI_ADDRFAMILY',
      EAI.ADDRFAMILY,
      'Address family for hostname not supported',
    ],
    [
      'a name where a number is asked for',
      () => forward('localhost', AF_UNSPEC, AI_NUMERICHOST),
      'EAI_NONAME',
      EAI.NONAME,
      'Name or service not known',
    ],
    [
      'no name at all',
      () => forward('', AF_UNSPEC, AI_NUMERICHOST),
      'EAI_NONAME',
      EAI.NONAME,
      'Name or service not known',
    ],
  ])('tells the error of %s', async (_, act, code, errno, text) => {
    const error = errorOf(await act());
    expect(error).toBeInstanceOf(Error);
    expect(parts(error)).toEqual({ code, errno, syscall: 'getaddrinfo' });
    expect(error.message).toBe(`getaddrinfo: ${text}`);
  });

  it('refuses a name with a NUL in it instead of asking for what stands before', () => {
    for (const name of ['localhost\0', 'localhost\0.example', '\0']) {
      expect(parts(thrownBy(() => addon.getaddrinfo(name, 0, 0, () => {})))).toEqual({
        code: 'EINVAL',
        errno: -22,
        syscall: 'getaddrinfo',
      });
    }
  });

  it('answers many at once', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `127.0.0.${index}`);
    const answers = await Promise.all(names.map((name) => forward(name, AF_UNSPEC, AI_NUMERICHOST)));
    expect(answers.flatMap(addressesOf)).toEqual(names);
  });

  it('calls back later, never at once', async () => {
    let calledBack = false;
    const answered = new Promise<void>((resolve) => {
      addon.getaddrinfo('127.0.0.1', 0, 0, () => {
        calledBack = true;
        resolve();
      });
    });
    expect(calledBack).toBe(false);
    await answered;
  });
});

describe('getnameinfo', () => {
  it('formats numeric addresses', async () => {
    expect(await reverse(sockaddr('192.0.2.1'), NI_NUMERICHOST)).toEqual({ value: '192.0.2.1' });
    expect(await reverse(sockaddr('2001:db8::1'), NI_NUMERICHOST)).toEqual({ value: '2001:db8::1' });
  });

  it('finds the name of the loopback address', async () => {
    expect(await reverse(sockaddr('127.0.0.1'), NI_NAMEREQD)).toEqual({ value: 'localhost' });
  });

  it.each([
    ['no octets', new Uint8Array(0)],
    ['octets cut short', sockaddr('127.0.0.1').subarray(0, 15)],
    ['a short IPv6 address', sockaddr('::1').subarray(0, 20)],
    ['another family', new Uint8Array(28).fill(77)],
  ])('answers EAI_FAMILY for %s', async (_, octets) => {
    expect(parts(errorOf(await reverse(octets, NI_NUMERICHOST)))).toEqual({
      code: 'EAI_FAMILY',
      errno: EAI.FAMILY,
      syscall: 'getnameinfo',
    });
  });

  it('refuses octets longer than any address', () => {
    expect(parts(thrownBy(() => addon.getnameinfo(new Uint8Array(129), 0, () => {})))).toEqual({
      code: 'EINVAL',
      errno: -22,
      syscall: 'getnameinfo',
    });
  });
});

describe('the end of the process', () => {
  it('comes in the midst of answers without harm', async () => {
    for (const count of [1, 7, 50]) {
      const { status, signal, stderr } = await runProgram(PROGRAM, 'exitAmidAnswers', count, {
        env: { MALLOC_PERTURB_: '165' }, // freed memory is overwritten, so that its use shows
      });
      expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
    }
  });
});

describeLab('with names of the lab', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab({ names: 'dns' });
  });
  afterAll(async () => {
    await lab.close();
  });
  const inside = () => ({ netns: lab.netns('a') });

  async function ask(...questions: (Question | number)[]): Promise<Answer[]> {
    return await answerOf<Answer[]>(PROGRAM, 'ask', { questions, useLocale: false }, inside());
  }

  it('tells names, aliases, and that there is none', async () => {
    await lab.dns.behave({ mode: 'answer' });
    expect(
      await ask(
        { name: 'localhost', family: AF_INET6, flags: 0 },
        { name: 'alias4.lab', family: AF_INET, flags: AI_CANONNAME },
        { name: 'nosuch.lab', family: AF_UNSPEC, flags: 0 },
        { address: HOSTS.b.ipv6, flags: NI_NAMEREQD },
        { address: '10.77.3.68', flags: NI_NAMEREQD },
        { address: '10.77.3.68', flags: 0 },
      ),
    ).toEqual([
      { addresses: ['::1'], canonicalName: null },
      { addresses: [HOSTS.b.ipv4], canonicalName: 'hostb4.lab' },
      {
        code: 'EAI_NONAME',
        errno: EAI.NONAME,
        syscall: 'getaddrinfo',
        message: 'getaddrinfo: Name or service not known',
      },
      { name: 'hostb6.lab' },
      {
        code: 'EAI_NONAME',
        errno: EAI.NONAME,
        syscall: 'getnameinfo',
        message: 'getnameinfo: Name or service not known',
      },
      { name: '10.77.3.68' },
    ]);
  });

  it('survives names of any length', async () => {
    const answers = await ask(63, 64, 253, 254, 255, 256, 1025, 5000, 100_000, 2_000_000);
    for (const answer of answers)
      expect(answer).toMatchObject({ code: expect.stringMatching(/^EAI_(NONAME|FAIL|AGAIN)$/) });
    expect(answers).toHaveLength(10);
  });

  it('reads and writes names beyond ASCII once useLocale() was called', async () => {
    await lab.dns.behave({ mode: 'answer' });
    const questions: Question[] = [
      { name: 'b\u00fccher.lab', family: AF_INET, flags: AI_IDN | AI_CANONNAME | AI_CANONIDN },
      { address: DESTINATIONS.idnName.ipv4, flags: NI_NAMEREQD | NI_IDN },
    ];
    const env = { LC_ALL: 'C.UTF-8' };
    const inUtf8 = { ...inside(), env };
    const [asked, named] = await answerOf<Answer[]>(PROGRAM, 'ask', { questions, useLocale: true }, inUtf8);
    expect(asked).toEqual({ addresses: [DESTINATIONS.idnName.ipv4], canonicalName: 'b\u00fccher.lab' });
    expect(named).toEqual({ name: 'b\u00fccher.lab' });
    // node itself sets no locale, so without the call the resolver knows ASCII only.
    const [refused] = await answerOf<Answer[]>(PROGRAM, 'ask', { questions, useLocale: false }, inUtf8);
    expect(refused).toMatchObject({ code: 'EAI_IDN_ENCODE', syscall: 'getaddrinfo' });
  });

  it('passes on that a server failed for now', async () => {
    await lab.dns.behave({ mode: 'servfail' });
    expect(await ask({ name: 'hostb.lab', family: AF_UNSPEC, flags: 0 })).toEqual([
      {
        code: 'EAI_AGAIN',
        errno: EAI.AGAIN,
        syscall: 'getaddrinfo',
        message: 'getaddrinfo: Temporary failure in name resolution',
      },
    ]);
  });

  it('delays neither the event loop nor the exit while the resolver hangs', async () => {
    await lab.dns.behave({ mode: 'hang' });
    // 40 lookups: libuv's pool has 4 threads, and would take 10 s over them.
    const { value, status, stderr } = await runProgram<{ worstMs: number; exitAt: number }>(
      PROGRAM,
      'hangAndExit',
      40,
      inside(),
    );
    const endedAt = Date.now();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(value!.worstMs).toBeLessThan(200);
    expect(endedAt - value!.exitAt).toBeLessThan(500); // a lookup takes a second and more
  });

  it('does not keep the process for a reverse lookup that hangs', async () => {
    await lab.dns.behave({ mode: 'hang' });
    const { value, status } = await runProgram<{ exitAt: number }>(PROGRAM, 'hangAndEnd', null, inside());
    expect(status).toBe(0);
    expect(Date.now() - value!.exitAt).toBeLessThan(500);
  });

  it.each([
    ['with the addon loaded by another thread as well', true],
    ['with the addon loaded by that worker alone', false],
  ])('a lookup may outlive the worker that began it, %s', async (_, loadHere) => {
    await lab.dns.behave({ mode: 'delay', delayMs: 300 });
    const { value, status, signal, stderr } = await runProgram(
      PROGRAM,
      'outlive',
      { loadHere },
      {
        ...inside(),
        env: { MALLOC_PERTURB_: '165' },
      },
    );
    expect({ value, status, signal, stderr }).toEqual({ value: { outlived: 2 }, status: 0, signal: null, stderr: '' });
  });

  it('refuses a lookup for which there is no thread', async () => {
    await lab.dns.behave({ mode: 'hang' });
    const asUserWithFewThreads = [
      'setpriv',
      '--reuid=61234',
      '--regid=61234',
      '--clear-groups',
      'prlimit',
      '--nproc=40',
    ];
    const { refused, codes } = await answerOf<{ refused: number; codes: string[] }>(PROGRAM, 'tooManyThreads', 60, {
      ...inside(),
      prefix: asUserWithFewThreads,
    });
    expect(refused).toBeGreaterThan(19);
    expect(refused).toBeLessThan(60);
    expect(codes).toEqual(['EAGAIN -11 pthread_create']);
  });
});
