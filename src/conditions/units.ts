/** Units of conditions, and how quantities are shown. */
import type { Dimension } from './vocabulary.ts';

const NS_PER_UNIT = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 } as const;

export type DurationUnit = keyof typeof NS_PER_UNIT;
export type Unit = DurationUnit | '%';

export const DURATION_UNITS = Object.keys(NS_PER_UNIT) as readonly DurationUnit[];
/** As messages name them. */
export const UNIT_LIST = [...DURATION_UNITS, '%'].join(' ');
const PER_CENT = 0.01;
/** Micro as U+00B5 and as the Greek letter U+03BC. */
const MICRO = /^[\u00b5\u03bc]s$/;

/** The unit of that name; null where there is none. */
export function findUnit(name: string): Unit | null {
  if (name === '%') return '%';
  if (MICRO.test(name)) return 'us';
  return DURATION_UNITS.find((unit) => unit === name) ?? null;
}

/** Decimal places that a unit moves the point by. */
const DECIMALS = { ns: 0, us: 3, ms: 6, s: 9, '%': -2 } as const;

/**
 * A decimal number with its unit in base units. The point is moved in the text: 7 * 0.01 is not what 7 of 100 is as a double, and
 * `loss >= 7%` must hold then.
 */
export function toBaseUnits(digits: string, unit: Unit): number {
  if (unit === 'm' || unit === 'h') return Number(digits) * NS_PER_UNIT[unit];
  return Number(`${digits}e${DECIMALS[unit]}`);
}

/** So many numbers at least are shown before zeros are left out. */
const SIGNIFICANT_DIGITS = 3;
const MOST_DIGITS = 15;
/** A value that looks odd in the unit of the text gets a unit of its own. */
const SMALLEST_SHOWN = 0.01;
const GREATEST_SHOWN = 1e5;

export interface QuantityStyle {
  /** To be preferred, because the user wrote in it. */
  readonly unit?: Unit | null;
  /** A value it is compared with: 50.01 ms must not be shown as 50.0 ms beside a limit of 50 ms. */
  readonly beside?: number | null;
}

/** A measured value for a reader: `61.2 ms`, `33.3 %`, `3`, `true`, `not measured`. `value` is in base units. */
export function formatQuantity(
  value: number | boolean | null,
  dimension: Dimension,
  { unit = null, beside = null }: QuantityStyle = {},
): string {
  if (value === null) return 'not measured';
  if (typeof value === 'boolean') return String(value);
  switch (dimension) {
    case 'truth':
      return String(value !== 0);
    case 'count':
      return formatNumber(value, beside, 1);
    case 'ratio':
      return unit === '%' || unit === null
        ? `${formatNumber(value, beside, PER_CENT)} %`
        : formatNumber(value, beside, 1);
    case 'duration': {
      const shown = chooseUnit(value, unit);
      return `${formatNumber(value, beside, NS_PER_UNIT[shown])} ${shown}`;
    }
  }
}

function chooseUnit(ns: number, preferred: Unit | null): DurationUnit {
  const size = Math.abs(ns);
  if (preferred !== null && preferred !== '%') {
    const amount = size / NS_PER_UNIT[preferred];
    if (amount === 0 || (amount >= SMALLEST_SHOWN && amount < GREATEST_SHOWN)) return preferred;
  }
  if (size === 0) return 'ms';
  if (size < NS_PER_UNIT.us) return 'ns';
  if (size < NS_PER_UNIT.ms / 10) return 'us';
  if (size < NS_PER_UNIT.s) return 'ms';
  return 's';
}

/** As few digits as tell it from `beside`, three at least, and all before the point. */
function formatNumber(value: number, beside: number | null, scale: number): string {
  const amount = value / scale;
  for (let digits = SIGNIFICANT_DIGITS; digits < MOST_DIGITS; digits++) {
    const text = toDigits(amount, digits);
    if (beside === null || value === beside || Math.sign(Number(text) - beside / scale) === Math.sign(value - beside)) {
      return text;
    }
  }
  return toDigits(amount, MOST_DIGITS);
}

function toDigits(amount: number, digits: number): string {
  if (Number.isInteger(amount)) return String(amount);
  const before = Math.floor(Math.log10(Math.abs(amount))) + 1;
  const decimals = Math.max(0, Math.min(digits - before, MOST_DIGITS));
  return String(Number(amount.toFixed(decimals)));
}
