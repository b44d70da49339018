import { describe, expect, it } from 'vitest';
import { maskClocks } from '../mask.ts';
import { type ExtraMask, MASKS } from './mask.ts';

const RUN = `PING hostb.lab (10.77.3.2) 56(84) bytes of data.
64 bytes from hostb.lab (10.77.3.2): icmp_seq=1 ttl=62 time=0.304 ms
64 bytes from hostb.lab (10.77.3.2): icmp_seq=2 ttl=62 time=5.75 ms (DUP!)
64 bytes from hostb.lab (10.77.3.2): icmp_seq=3 ttl=62 time=16.3 ms
64 bytes from hostb.lab (10.77.3.2): icmp_seq=4 ttl=62 time=1301 ms
From 10.77.1.254 icmp_seq=5 Destination Host Unreachable

--- hostb.lab ping statistics ---
5 packets transmitted, 4 received, +1 errors, 20% packet loss, time 1003ms
rtt min/avg/max/mdev = 0.304/330.839/1301.000/560.123 ms, pipe 2, ipg/ewma 250.750/412.001 ms
`;

const MASKED_RUN = `PING hostb.lab (10.77.3.2) 56(84) bytes of data.
64 bytes from hostb.lab (10.77.3.2): icmp_seq=1 ttl=62 time=<round trip> ms
64 bytes from hostb.lab (10.77.3.2): icmp_seq=2 ttl=62 time=<round trip> ms (DUP!)
64 bytes from hostb.lab (10.77.3.2): icmp_seq=3 ttl=62 time=<round trip> ms
64 bytes from hostb.lab (10.77.3.2): icmp_seq=4 ttl=62 time=<round trip> ms
From 10.77.1.254 icmp_seq=5 Destination Host Unreachable

--- hostb.lab ping statistics ---
5 packets transmitted, 4 received, +1 errors, 20% packet loss, time <elapsed>ms
rtt min/avg/max/mdev = <figures> ms, pipe 2, ipg/ewma <figures> ms
`;

describe('the masks of ping', () => {
  it('hides the clocks of a run and not a character more', () => {
    expect(maskClocks(RUN, MASKS)).toBe(MASKED_RUN);
  });

  it('makes runs equal that differ in their clocks only', () => {
    const other = RUN.replace('0.304 ms', '0.999 ms')
      .replace('5.75 ms', '0.111 ms')
      .replace('time 1003ms', 'time 7ms')
      .replace('0.304/330.839/1301.000/560.123', '9.000/10.000/11.000/0.500');
    expect(maskClocks(other, MASKS)).toBe(MASKED_RUN);
  });

  it('keeps every other single character of a run', () => {
    const hidden = /time=([\d.]+)|time (\d+)ms|mdev = ([\d./]+)|ewma ([\d./]+)/g;
    const clocks = [...RUN.matchAll(hidden)].map((match) => {
      const clock = match.slice(1).find((group) => group !== undefined)!;
      const start = match.index + match[0].lastIndexOf(clock);
      return [start, start + clock.length] as const;
    });
    for (let at = 0; at < RUN.length; at++) {
      if (clocks.some(([start, end]) => at >= start && at < end)) continue;
      const changed = `${RUN.slice(0, at)}#${RUN.slice(at + 1)}`;
      expect(maskClocks(changed, MASKS), `character ${at}`).not.toBe(MASKED_RUN);
      const shorter = RUN.slice(0, at) + RUN.slice(at + 1);
      expect(maskClocks(shorter, MASKS), `without character ${at}`).not.toBe(MASKED_RUN);
    }
  });

  it.each([
    ['a blank too many', ' time=  0.304 ms'],
    ['a blank too few', 'time=0.304ms'],
    ['four decimals', ' time=0.3041 ms'],
    ['two decimals below a millisecond', ' time=0.30 ms'],
    ['three decimals from a millisecond on', ' time=5.750 ms'],
    ['two decimals from ten milliseconds on', ' time=16.31 ms'],
    ['a decimal from a hundred milliseconds on', ' time=124.4 ms'],
    ['a leading zero', ' time=05.75 ms'],
    ['no digits before the point', ' time=.304 ms'],
    ['an exponent', ' time=1e3 ms'],
    ['a sign', ' time=-0.304 ms'],
    ['no figure', ' time= ms'],
  ])('leaves a round trip with %s as it is', (_, text) => {
    expect(maskClocks(text, MASKS)).toBe(text);
  });

  it.each([
    ['two decimals in a figure', 'rtt min/avg/max/mdev = 0.30/0.304/0.304/0.000 ms'],
    ['three figures', 'rtt min/avg/max/mdev = 0.304/0.304/0.304 ms'],
    ['a negative figure', 'rtt min/avg/max/mdev = 0.304/0.304/0.304/-0.001 ms'],
    ['figures of something else', 'rtt min/avg/max/stddev = 0.304/0.304/0.304/0.000 ms'],
    ['a time with decimals', '0% packet loss, time 1.5ms'],
    ['a time with a blank', '0% packet loss, time 15 ms'],
    ['a stamp with few decimals', '[1795344226.9024] no answer yet for icmp_seq=1'],
    ['a stamp that is no Unix time', '[12.902450] no answer yet for icmp_seq=1'],
    ['a stamp without a blank', '[1795344226.902450]no answer yet for icmp_seq=1'],
    ['a stamp in the middle', 'see [1795344226.902450] here'],
  ])('leaves %s as it is', (_, text) => {
    expect(maskClocks(text, MASKS)).toBe(text);
  });

  it('hides a stamp before any line', () => {
    expect(
      maskClocks('[1795344226.902450] no answer yet for icmp_seq=1\n[1795344227.000001] 64 bytes from x:', MASKS),
    ).toBe('[<now>] no answer yet for icmp_seq=1\n[<now>] 64 bytes from x:');
  });

  it('hides the figures of the status line', () => {
    expect(maskClocks('\r3/3 packets, 0% loss, min/avg/ewma/max = 0.052/0.081/0.062/0.102 ms\n', MASKS)).toBe(
      '\r3/3 packets, 0% loss, min/avg/ewma/max = <figures> ms\n',
    );
  });
});

describe('what only some cases hide', () => {
  const EXTRA: readonly (readonly [ExtraMask, string, string])[] = [
    [
      'identifier',
      '64 bytes from ::1: icmp_seq=1 ident=26943 ttl=64',
      '64 bytes from ::1: icmp_seq=1 ident=<identifier> ttl=64',
    ],
    [
      'descriptors',
      'ping: sock4.fd: 3 (socktype: SOCK_DGRAM), sock6.fd: -1 (socktype: 0), hints.ai_family: AF_INET',
      'ping: sock4.fd: <descriptor> (socktype: SOCK_DGRAM), sock6.fd: -1 (socktype: 0), hints.ai_family: AF_INET',
    ],
    [
      'IP time stamps',
      'TS: \t10.77.1.1\t37160298 absolute\n\t10.77.1.254\t0\n\t10.77.2.2\t-1\nUnrecorded hops: 3\n\t5 absolute not-standard',
      'TS: \t10.77.1.1\t<time of day> absolute\n\t10.77.1.254\t<difference>\n\t10.77.2.2\t<difference>\nUnrecorded hops: 3\n\t5 absolute not-standard',
    ],
    ['three decimals', 'time=5 time=124.390 ms time=0.100 ms', 'time=5 time=<round trip> ms time=<round trip> ms'],
    ['flow label', 'PING ::1 (::1) , flow 0xb29ff, 56 data bytes', 'PING ::1 (::1) , flow 0x<label>, 56 data bytes'],
    [
      'quoted header',
      ' 4  5  00 5400 a7e5   0 0040  40  01 503b 10.88.0.1  10.88.5.1 ',
      ' 4  5  00 5400 <id>   0 0040  40  01 <sum> 10.88.0.1  10.88.5.1 ',
    ],
    [
      'dots',
      'PING x\n......\n6 packets transmitted, 0 received, 100% packet loss, time 55ms',
      'PING x\n..<dots>\n<sent> packets transmitted, 0 received, 100% packet loss, time <elapsed>ms',
    ],
  ];

  it.each(EXTRA)('hides %s where that is asked for, and nowhere else', (name, text, masked) => {
    expect(maskClocks(text, MASKS, [name])).toBe(masked);
    expect(maskClocks(text, MASKS)).not.toBe(masked);
  });

  it('takes nothing but three decimals where three are asked for', () => {
    expect(maskClocks(' time=16.3 ms', MASKS, ['three decimals'])).toBe(' time=16.3 ms');
  });
});
