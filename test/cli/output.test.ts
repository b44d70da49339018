import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ProcessOutput } from '../../src/cli/output.ts';

/** What write(2) answers, call by call: so many octets taken, or an errno's name. Whatever is not scripted is taken whole. */
let script: (number | string)[] = [];
const written = { 1: '', 2: '' };

vi.mock('node:fs', () => ({
  writeSync: (descriptor: 1 | 2, bytes: Uint8Array): number => {
    const answer = script.shift() ?? bytes.length;
    if (typeof answer === 'string') {
      const errno = { EAGAIN: -11, ENOSPC: -28, EPIPE: -32 }[answer];
      throw Object.assign(new Error(`${answer}: it failed, write`), { code: answer, errno, syscall: 'write' });
    }
    written[descriptor] += Buffer.from(bytes.subarray(0, answer)).toString('latin1');
    return answer;
  },
}));

beforeEach(() => {
  script = [];
  written[1] = written[2] = '';
});

describe('ProcessOutput', () => {
  it('writes to stdout and stderr as they are, and puts the command before a complaint only', () => {
    const output = new ProcessOutput('/usr/bin/ping');
    output.stdout('a\n');
    output.stderr('b\n');
    output.complain('c');
    expect(written).toEqual({ 1: 'a\n', 2: 'b\n/usr/bin/ping: c\n' });
    expect(output.verify(2)).toBe(2);
  });

  it('goes on where a write stopped short, also in the middle of a character', () => {
    script = [1, 1];
    new ProcessOutput('ping').stdout('é!');
    expect(Buffer.from(written[1], 'latin1').toString()).toBe('é!');
  });

  it('waits for the reader of a full pipe, and loses and doubles nothing', () => {
    script = [2, 'EAGAIN', 'EAGAIN', 1, 'EAGAIN'];
    new ProcessOutput('ping').stdout('12345');
    expect(written[1]).toBe('12345');
  });

  it('says at the end that stdout could not be written, and makes the exit status 1', () => {
    const output = new ProcessOutput('ping');
    script = ['ENOSPC'];
    output.stdout('lost\n');
    expect(written[2]).toBe('');
    expect(output.verify(0)).toBe(1);
    expect(written[2]).toBe('ping: write error: No space left on device\n');
  });

  it('remembers a failure although a later write goes well', () => {
    const output = new ProcessOutput('ping');
    script = ['ENOSPC'];
    output.stdout('lost\n');
    output.stdout('kept\n');
    expect(written[1]).toBe('kept\n');
    expect(output.verify(0)).toBe(1);
  });

  it('keeps quiet about a stderr that takes nothing: nowhere is left to say so', () => {
    const output = new ProcessOutput('ping');
    script = ['ENOSPC'];
    expect(() => output.complain('x')).not.toThrow();
    expect(output.verify(0)).toBe(0);
  });

  it('goes on without a reader where the command has more to do than to print, and says so by the status', () => {
    const exit = vi.spyOn(process, 'exit');
    const output = new ProcessOutput('check');
    output.whenStdoutFails({ outlivesReader: true, status: () => 2 });
    script = ['EPIPE'];
    output.stdout('x');
    output.stdout('y');
    expect(exit).not.toHaveBeenCalled();
    expect(written).toEqual({ 1: '', 2: '' });
    expect(output.verify(0)).toBe(141);
    exit.mockRestore();
  });

  it('leaves it to the command what status a full disk makes', () => {
    const output = new ProcessOutput('check');
    output.whenStdoutFails({ outlivesReader: false, status: (status) => (status === 1 ? 1 : 2) });
    script = ['ENOSPC'];
    output.stdout('lost\n');
    expect([output.verify(0), output.verify(1), output.verify(3)]).toEqual([2, 1, 2]);
  });

  it('ends the process as SIGPIPE would when nobody reads on, without a word', () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((status) => {
      throw new Error(`exit ${status}`);
    });
    const output = new ProcessOutput('ping');
    script = ['EPIPE'];
    try {
      output.stdout('x');
    } catch {
      // Whether the stand-in for exit is caught on its way is no matter.
    }
    expect(exit.mock.calls).toEqual([[141]]);
    expect(written).toEqual({ 1: '', 2: '' });
    exit.mockRestore();
  });
});
