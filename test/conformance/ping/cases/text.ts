/** Pieces of output, masked as mask.ts does, for cases that the installed iputils cannot show. */
import type { Ran } from '../../compare.ts';

export const RTT_LINE = 'rtt min/avg/max/mdev = <figures> ms';

export function header4(host: string, address: string, size = 56, optionOctets = 0): string {
  return `PING ${host} (${address}) ${size}(${size + 28 + optionOctets}) bytes of data.`;
}

export function header6(host: string, address: string, size = 56): string {
  return `PING ${host} (${address}) ${size} data bytes`;
}

/** The summary's line of counts; `more` is e.g. `, +1 errors`. */
export function counts(sent: number, received: number, more = ''): string {
  const lossPercent = ((sent - received) * 100) / sent;
  return `${sent} packets transmitted, ${received} received${more}, ${lossPercent}% packet loss, time <elapsed>ms`;
}

/** All of stdout. `last` is the line of round trips, empty where nothing came back. */
export function transcript(header: string, lines: readonly string[], host: string, count: string, last = ''): string {
  return [header, ...lines, '', `--- ${host} ping statistics ---`, count, last, ''].join('\n');
}

/** A run of one probe that was answered. */
export function answered(header: string, line: string, host: string): string {
  return transcript(header, [line], host, counts(1, 1), RTT_LINE);
}

/** A run that ends with one complaint. */
export function refused(message: string, status: number): Partial<Ran> {
  return { stdout: '', stderr: `ping: ${message}\n`, status, signal: null };
}
