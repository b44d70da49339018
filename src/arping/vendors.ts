/**
 * Names of vendors by the first octets of their hardware addresses, from a file that the user has: IEEE's oui.txt or its
 * tables (oui.csv, mam.csv, oui36.csv), Wireshark's manuf, or nmap's nmap-mac-prefixes. Nothing is ever looked up elsewhere.
 */

/** Hex digits of an assignment, longest first: MA-S (36 bits), MA-M (28 bits), MA-L (24 bits). */
const PREFIX_DIGITS = [9, 7, 6];
const BITS_PER_DIGIT = 4;
const LOCAL_BIT = 0x02;

export class Vendors {
  readonly #names: ReadonlyMap<string, string>;

  /** Reads `text` line by line; what is no assignment is left out. Never throws. */
  constructor(text: string) {
    this.#names = new Map(text.split('\n').flatMap((line) => readLine(line.replace(/\r$/, ''))));
  }

  /** How many assignments the file has. */
  get size(): number {
    return this.#names.size;
  }

  /** Null where the file has none, and for a locally administered address, which says nothing of who made the device. */
  nameOf(hardware: string): string | null {
    const digits = hardware.replaceAll(':', '');
    if ((Number.parseInt(digits.slice(0, 2), 16) & LOCAL_BIT) !== 0) return null;
    for (const length of PREFIX_DIGITS) {
      const name = this.#names.get(digits.slice(0, length));
      if (name !== undefined) return name;
    }
    return null;
  }
}

type Assignment = readonly [prefix: string, name: string];

function readLine(line: string): readonly Assignment[] {
  for (const read of [readIeeeText, readIeeeTable, readManuf, readNmap]) {
    const assignment = read(line);
    if (assignment !== null) return [assignment];
  }
  return [];
}

/** `28-6F-B9   (hex)		Nokia Shanghai Bell Co., Ltd.` */
function readIeeeText(line: string): Assignment | null {
  const [, prefix, name] = /^([0-9A-F]{2}-[0-9A-F]{2}-[0-9A-F]{2})\s+\(hex\)\s+(\S.*)$/.exec(line) ?? [];
  return prefix === undefined ? null : [prefix.replaceAll('-', ''), name!.trim()];
}

/** `MA-S,8C1F64F3B,"Sicon, srl",Via …` */
function readIeeeTable(line: string): Assignment | null {
  const [, prefix, quoted, plain] = /^MA-[LMS],([0-9A-F]{6,9}),(?:"((?:[^"]|"")*)"|([^,]*))/.exec(line) ?? [];
  return prefix === undefined ? null : [prefix, (quoted?.replaceAll('""', '"') ?? plain!).trim()];
}

/** `00:1B:C5:00:00:00/36	Convergi	Converging Systems Inc.`, or three octets; the long name where there is one. */
function readManuf(line: string): Assignment | null {
  const found = /^((?:[0-9A-F]{2}:){2,5}[0-9A-F]{2})(?:\/(\d+))?\t([^\t]+)(?:\t(.+))?$/i.exec(line);
  if (found === null) return null;
  const digits = found[1]!.replaceAll(':', '').toUpperCase();
  const length = found[2] === undefined ? digits.length : Number(found[2]) / BITS_PER_DIGIT;
  return PREFIX_DIGITS.includes(length) ? [digits.slice(0, length), (found[4] ?? found[3]!).trim()] : null;
}

/** `286FB9 Nokia Shanghai Bell` */
function readNmap(line: string): Assignment | null {
  const [, prefix, name] = /^([0-9A-F]{6,9}) (\S.*)$/.exec(line) ?? [];
  return prefix === undefined || !PREFIX_DIGITS.includes(prefix.length) ? null : [prefix, name!.trim()];
}
