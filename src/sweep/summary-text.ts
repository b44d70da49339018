/** The last lines of a sweep, its progress line, and the line for SIGQUIT. */
import { formatMilliseconds } from '../cli/printf.ts';
import type { Figures, SummaryEvent } from './events.ts';

const NS_PER_US = 1e3;
const NS_PER_SECOND = 1e9;

/** ms with three decimals; a microsecond is what a kernel stamp is good for. */
export function formatMs(ns: number): string {
  return formatMilliseconds(Math.round(ns / NS_PER_US));
}

function counts(figures: Figures): string {
  const { targets, alive, silent, unreachable, refused, unfinished, unresolved } = figures;
  const others = [
    [refused, 'refused'],
    [unfinished, 'unfinished'],
    [unresolved, 'unresolved'],
  ] as const;
  const shown = others.filter(([count]) => count > 0).map(([count, word]) => `, ${count} ${word}`);
  return `${targets} targets: ${alive} alive, ${silent} silent, ${unreachable} unreachable${shown.join('')}`;
}

function loss({ sent, received }: Figures): string {
  return sent === 0 ? '0' : ((100 * Math.max(0, sent - received)) / sent).toFixed(2);
}

/** Lines, the last one ended too. */
export function formatSummary(event: SummaryEvent): string {
  const { figures, elapsedNs, roundTrip, stamps, drops, shard } = event;
  const seconds = elapsedNs / NS_PER_SECOND;
  const part = shard.count === 1 ? '' : `shard ${shard.number}/${shard.count}, `;
  const how = event.reason === 'complete' ? '' : ', interrupted';
  const lines = [
    `${part}${counts(figures)}${how}`,
    `${figures.sent} probes sent, ${figures.received} answered, ${loss(figures)}% loss, ${seconds.toFixed(3)} s${rate(figures, seconds)}`,
  ];
  const oddities = [
    [figures.duplicates, 'duplicates'],
    [figures.late, 'too late'],
    [figures.foreign, 'from another address'],
    [figures.errors, 'errors'],
  ] as const;
  const odd = oddities.filter(([count]) => count > 0).map(([count, word]) => `${word} ${count}`);
  if (odd.length > 0) lines.push(`besides: ${odd.join(', ')}`);
  if (drops > 0)
    lines.push(`${drops} packets lost in our own receive buffer: lower --rate, or raise net.core.rmem_max`);
  if (roundTrip !== null) {
    const { minNs, meanNs, medianNs, p95Ns, p99Ns, maxNs } = roundTrip;
    const times = [minNs, meanNs, medianNs, p95Ns, p99Ns, maxNs].map(formatMs).join('/');
    const by = stamps === null || stamps.transmit === 'kernel' ? '' : ' (sent: by our own clock)';
    lines.push(`round trip min/avg/median/p95/p99/max = ${times} ms${by}`);
  }
  return `${lines.join('\n')}\n`;
}

function rate({ sent }: Figures, seconds: number): string {
  return seconds > 0 && sent > 1 ? `, ${Math.round(sent / seconds)} probes/s` : '';
}

/** One line without an end: for a terminal, and for SIGQUIT. */
export function formatProgress(figures: Figures, elapsedNs: number): string {
  const { targets, alive, silent, unreachable, refused, sent } = figures;
  const done = alive + silent + unreachable + refused;
  const percent = targets === 0 ? 100 : Math.floor((100 * done) / targets);
  const seconds = elapsedNs / NS_PER_SECOND;
  const perSecond = seconds > 0 ? Math.round(sent / seconds) : 0;
  return `${done}/${targets} done (${percent}%), ${alive} alive, ${sent} probes, ${perSecond}/s, ${seconds.toFixed(0)} s`;
}
