/** The live view as lines: what stands on the screen, given its size. */
import type { HopStatistics } from './hop-statistics.ts';
import { type SparkGlyphs, sparkline } from './sparkline.ts';
import { formatHops } from './text.ts';

/** `figures`: the table, with a sparkline in what is left of each line. `history`: sparklines as wide as the screen. */
export const DISPLAY_MODES = ['figures', 'history'] as const;
export type DisplayMode = (typeof DISPLAY_MODES)[number];

export interface Screen {
  readonly columns: number;
  readonly rows: number;
}

export interface LiveState {
  readonly title: string;
  readonly hops: readonly HopStatistics[];
  readonly mode: DisplayMode;
  readonly isPaused: boolean;
  readonly glyphs: SparkGlyphs;
  readonly showHost: (address: string) => string;
}

const KEYS = 'q quit   p pause   r reset   d display';
const SPARK_MINIMUM = 10;
const GAP = 2;
/** Title, keys, and an empty line below them. */
const HEAD_ROWS = 3;

/** As many lines as the screen has at most, none wider than it. */
export function renderLive(state: LiveState, screen: Screen): readonly string[] {
  const body = state.mode === 'figures' ? figures(state, screen) : history(state, screen);
  const lines = [
    state.title,
    `${KEYS}${state.isPaused ? '   [paused]' : ''}`,
    '',
    ...cutToRows(body, screen.rows - HEAD_ROWS),
  ];
  return lines.slice(0, screen.rows).map((line) => [...line].slice(0, screen.columns).join(''));
}

/** What does not fit is told of in the last line. */
function cutToRows(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const shown = Math.max(0, rows - 1);
  return [...lines.slice(0, shown), `... ${lines.length - shown} more lines: the screen is too low`];
}

function figures({ hops, showHost, glyphs }: LiveState, { columns }: Screen): readonly string[] {
  const reports = hops.map((hop) => hop.report());
  const plain = formatHops(reports, showHost);
  const room = columns - Math.max(...plain.map((line) => line.length)) - GAP;
  if (room < SPARK_MINIMUM) return plain;
  const byHop = new Map(hops.map((hop) => [hop.hop, hop]));
  return formatHops(reports, showHost, (hop) =>
    hop === null ? ['history'] : [sparkline(byHop.get(hop.hop)!.history, room, glyphs)],
  );
}

function history({ hops, showHost, glyphs }: LiveState, { columns }: Screen): readonly string[] {
  const names = hops.map((hop) => {
    const address = hop.report().addresses[0]?.address;
    return `${String(hop.hop).padStart(3)}  ${address === undefined ? '*' : showHost(address)}`;
  });
  const width = Math.max(0, ...names.map((name) => name.length)) + GAP;
  return hops.map((hop, index) => names[index]!.padEnd(width) + sparkline(hop.history, columns - width, glyphs));
}
