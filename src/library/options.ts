/**
 * Checks of the library's options: wrong types are a TypeError, values out of range a RangeError, both at once and naming the
 * option. What the checks let through, the rooms take as it is.
 */
import { nearestWord } from '../measure/edit-distance.ts';

/** @throws TypeError, RangeError */
export type Check = (value: unknown, name: string) => void;

/**
 * The options as a run has them: read once, lists and objects among them too, so that what is checked is what is used,
 * whatever becomes of the caller's object. What its prototype has is not looked at.
 * @throws TypeError for what is no object
 */
export function takeOptions<Options extends object>(command: string, given: Options): Options {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    throw new TypeError(`the options of ${command} must be an object, not ${show(given)}`);
  }
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, copyOf(value)])) as Options;
}

/** Of what a caller may change behind our back. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...value];
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  const isPlain = value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? { ...value } : value;
}

/**
 * Checks every option that is given. `undefined` is as good as left out.
 * @throws TypeError for an unknown name, too
 */
export function checkOptions(command: string, options: object, checks: Readonly<Record<string, Check>>): void {
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) {
      const nearest = nearestWord(name, Object.keys(checks));
      const suggestion = nearest === null ? '' : `: did you mean '${nearest}'?`;
      throw new TypeError(`${command} has no option '${name}'${suggestion}`);
    }
    if (value !== undefined) check(value, name);
  }
}

/** Of any value: those that have a text of their own may throw when they are asked for it. */
function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** A whole number of `minimum` to `maximum`. */
export function wholeNumber(minimum: number, maximum: number): Check {
  return (value, name) => {
    if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${show(value)}`);
    if (!Number.isInteger(value) || value < minimum || value > maximum) {
      throw new RangeError(`${name} must be a whole number from ${minimum} to ${maximum}, not ${value}`);
    }
  };
}

/** A number from `minimum` to `maximum`, fractions allowed. */
export function realNumber(minimum: number, maximum: number): Check {
  return (value, name) => {
    if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${show(value)}`);
    if (!(value >= minimum && value <= maximum)) {
      throw new RangeError(`${name} must be a number from ${minimum} to ${maximum}, not ${value}`);
    }
  };
}

export const flag: Check = (value, name) => {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false, not ${show(value)}`);
};

/** Any text but none. */
export const text: Check = (value, name) => {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, not ${show(value)}`);
  if (value === '' || value.includes('\0')) throw new RangeError(`${name} must not be empty or hold a null character`);
};

export function oneOf(values: readonly (string | number)[]): Check {
  return (value, name) => {
    if (values.includes(value as string)) return;
    const list = values.map((each) => show(each)).join(', ');
    const isOfType = values.some((each) => typeof each === typeof value);
    throw new (isOfType ? RangeError : TypeError)(`${name} must be one of ${list}, not ${show(value)}`);
  };
}

/** `check`, or null. */
export function orNull(check: Check): Check {
  return (value, name) => {
    if (value !== null) check(value, name);
  };
}

export function listOf(check: Check, most: number): Check {
  return (value, name) => {
    if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, not ${show(value)}`);
    if (value.length > most) throw new RangeError(`${name} must have at most ${most} items, not ${value.length}`);
    for (const [index, item] of value.entries()) check(item, `${name}[${index}]`);
  };
}

export const abortSignal: Check = (value, name) => {
  if (!(value instanceof AbortSignal)) throw new TypeError(`${name} must be an AbortSignal, not ${show(value)}`);
};

/** The target: a name or an address. @throws TypeError, RangeError */
export function checkTarget(command: string, target: unknown): void {
  text(target, `the target of ${command}`);
}

/** The library's name of a long option: `expectOne` for `expect-one`. */
export function toCamelCase(long: string): string {
  return long.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
