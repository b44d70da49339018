import { describe, expect, it } from 'vitest';
import type { Ran } from '../compare.ts';
import { DIFFERENCES, type DifferenceName } from './differences.ts';

function turned(
  name: DifferenceName,
  output: Partial<Ran>,
  destination = 'host',
  whose: 'iputils' | 'ours' = 'iputils',
) {
  const ran: Ran = { stdout: '', stderr: '', status: 0, signal: null, ...output };
  return { ...ran, ...DIFFERENCES[name][whose]?.(ran, { destination }) };
}

describe('the named differences', () => {
  it.each([
    ['PING ::1(::1) 56 data bytes', 'PING ::1 (::1) 56 data bytes'],
    ['PING hostb6(hostb6.lab (fd77:3::2)) 56 data bytes', 'PING hostb6 (fd77:3::2) 56 data bytes'],
    [
      'PING fe80::1%eth0(fe80::1%eth0) from :: eth0: 8 data bytes',
      'PING fe80::1%eth0 (fe80::1%eth0) from :: eth0: 8 data bytes',
    ],
    ['PING x(y (::1)) , flow 0x12345, 56 data bytes', 'PING x (::1) , flow 0x12345, 56 data bytes'],
    ['PING hostb6 (fd77:3::2) 56 data bytes', 'PING hostb6 (fd77:3::2) 56 data bytes'],
    ['PING hostb (10.77.3.2) 56(84) bytes of data.', 'PING hostb (10.77.3.2) 56(84) bytes of data.'],
  ])('turn the IPv6 header "%s"', (stdout, wanted) => {
    expect(turned('v6 header form', { stdout }).stdout).toBe(wanted);
  });

  it('fill in the argument for an empty canonical name, and for no other', () => {
    const text = (host: string) => `PING ${host} (::1) 56(84) bytes of data.\n\n--- ${host} ping statistics ---\n`;
    expect(turned('empty canonical name', { stdout: text('') }, 'alias').stdout).toBe(text('alias'));
    expect(turned('empty canonical name', { stdout: text('x') }, 'alias').stdout).toBe(text('x'));
  });

  it('leave the header and other names alone where an address without name is shown once', () => {
    const header = 'PING 10.77.3.2 (10.77.3.2) 56(84) bytes of data.\n';
    const stdout = `${header}64 bytes from 10.0.0.1 (10.0.0.1): x\nFrom a (::1) y\nRR: \t1.2.3.4 (1.2.3.4)\n\t::2 (::2)\n`;
    expect(turned('no name, no parentheses', { stdout }).stdout).toBe(
      `${header}64 bytes from 10.0.0.1: x\nFrom a (::1) y\nRR: \t1.2.3.4\n\t::2\n`,
    );
  });

  it('move the lines about addresses behind the one about sockets', () => {
    const result = turned('ai lines on stderr', {
      stdout: "ai->ai_family: AF_INET6, ai->ai_canonname: 'b'\nai->ai_family: AF_INET, ai->ai_canonname: ''\nPING x\n",
      stderr: 'ping: sock4.fd: 3\n\nping: other\n',
    });
    expect(result.stdout).toBe('PING x\n');
    expect(result.stderr).toBe(
      "ping: sock4.fd: 3\nping: ai->ai_family: AF_INET6, ai->ai_canonname: 'b'\n" +
        "ping: ai->ai_family: AF_INET, ai->ai_canonname: ''\nping: other\n",
    );
  });

  it('hide options and versions, and nothing around them', () => {
    const usage = (text: string) =>
      `ping: invalid option -- 'Z'\n\nUsage\n  ping [options] ${text}\n\nFor more details see ping(8).\n`;
    expect(turned('usage text', { stderr: usage('<destination>\n\nOptions:\n  -a') }).stderr).toBe(
      usage('<operands and options>'),
    );
    expect(turned('usage text', { stderr: usage('x').slice(1) }, '', 'ours').stderr).toBe(
      usage('<operands and options>').slice(1),
    );
    const version = 'ping from sonde 0.1.0\naddon: yes, Node-API: 8, node: v20.20.2\n';
    expect(turned('version text', { stdout: version }, '', 'ours').stdout).toBe('ping from <version>\n');
    expect(turned('version text', { stdout: `${version}x` }, '', 'ours').stdout).toBe(`${version}x`);
  });

  it('are the same for a result that has them already', () => {
    const samples: Partial<Ran>[] = [
      { stdout: 'PING ::1 (::1) 56 data bytes\n64 bytes from ::1: icmp_seq=1 ttl=64 (truncated)\n' },
      { stderr: 'ping: cannot flood, minimal interval for user must be >= 2 ms, use -i 0.002 (or higher)\n' },
      { stderr: 'ping: write error: No space left on device\n' },
    ];
    for (const name of Object.keys(DIFFERENCES) as DifferenceName[]) {
      for (const sample of samples) {
        const once = turned(name, sample);
        expect(turned(name, once), name).toEqual(once);
      }
    }
  });
});
