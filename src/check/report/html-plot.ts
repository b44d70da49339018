/** Round trips as an inline SVG: one column for each probe, or for several where there are more than fit. */

const WIDTH = 360;
const HEIGHT = 130;
/** Room for the labels on the left and below. */
const LEFT = 52;
const BOTTOM = 20;
const TOP = 8;
const RIGHT = 8;
const MOST_COLUMNS = 100;
const DOT_RADIUS = 2;
const LOST_HEIGHT = 14;

interface Column {
  /** Null where every probe of it was lost. */
  readonly leastMs: number | null;
  readonly greatestMs: number | null;
  readonly lost: number;
}

/** `roundTripsMs` in the order of sending, null for a lost probe. Empty without any. */
export function plotRoundTrips(roundTripsMs: readonly (number | null)[]): string {
  if (roundTripsMs.length === 0) return '';
  const columns = toColumns(roundTripsMs);
  const greatest = Math.max(0, ...columns.map(({ greatestMs }) => greatestMs ?? 0));
  const top = roundUp(greatest);
  const xOf = (column: number) => LEFT + ((column + 0.5) * (WIDTH - LEFT - RIGHT)) / columns.length;
  const yOf = (ms: number) => TOP + (1 - ms / top) * (HEIGHT - TOP - BOTTOM);
  const marks = columns.map((column, index) => drawColumn(column, xOf(index), yOf)).join('');
  const lost = roundTripsMs.filter((ms) => ms === null).length;
  const label = `${roundTripsMs.length} probes, ${lost} lost, greatest round trip ${formatMs(greatest)}`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${drawAxes(top, roundTripsMs.length, yOf)}${marks}</svg>`;
}

function toColumns(roundTripsMs: readonly (number | null)[]): readonly Column[] {
  const count = Math.min(roundTripsMs.length, MOST_COLUMNS);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * roundTripsMs.length) / count);
    const to = Math.floor(((index + 1) * roundTripsMs.length) / count);
    const part = roundTripsMs.slice(from, to);
    const measured = part.filter((ms) => ms !== null);
    const lost = part.length - measured.length;
    if (measured.length === 0) return { leastMs: null, greatestMs: null, lost };
    return { leastMs: Math.min(...measured), greatestMs: Math.max(...measured), lost };
  });
}

function drawColumn({ leastMs, greatestMs, lost }: Column, x: number, yOf: (ms: number) => number): string {
  const at = shorten(x);
  const base = HEIGHT - BOTTOM;
  const mark = lost === 0 ? '' : `<path class="lost" stroke-width="2" d="M${at} ${base}V${base - LOST_HEIGHT}"/>`;
  if (leastMs === null || greatestMs === null) return mark;
  const [low, high] = [yOf(leastMs), yOf(greatestMs)];
  if (low - high < DOT_RADIUS) return `${mark}<circle class="dot" cx="${at}" cy="${shorten(low)}" r="${DOT_RADIUS}"/>`;
  return `${mark}<path class="trip" stroke-width="2" d="M${at} ${shorten(low)}V${shorten(high)}"/>`;
}

function drawAxes(top: number, probes: number, yOf: (ms: number) => number): string {
  const lines = [0, top / 2, top].map((ms) => {
    const y = shorten(yOf(ms));
    const label = `<text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${formatMs(ms)}</text>`;
    return `<path class="axis" d="M${LEFT} ${y}H${WIDTH - RIGHT}"/>${label}`;
  });
  const y = HEIGHT - 4;
  const last = probes === 1 ? '' : `<text x="${WIDTH - RIGHT}" y="${y}" text-anchor="end">${probes}</text>`;
  return `${lines.join('')}<text x="${LEFT}" y="${y}">probe 1</text>${last}`;
}

/** The next round number that is not below it, so that the scale has round labels. */
function roundUp(ms: number): number {
  if (ms <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(ms));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= ms) ?? 10 * power;
}

/** Short enough for the room on the left, whatever the scale. */
function formatMs(ms: number): string {
  const [scale, unit] =
    ms === 0 ? [1, 'ms'] : ms < 1e-3 ? [1e6, 'ns'] : ms < 1 ? [1e3, 'us'] : ms < 1e3 ? [1, 'ms'] : [1e-3, 's'];
  return `${Number((ms * scale).toPrecision(3))} ${unit}`;
}

function shorten(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}
