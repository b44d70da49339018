/**
 * A file that a report goes to. It is opened before anything is checked, so that a path that cannot be written is said at once,
 * and while all privileges are still there. What stood there before is replaced in one step when the report is whole: a
 * collector that reads it meanwhile finds the old report or the new one.
 */
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const EVERYONE_READS = 0o644;

export class ReportFile {
  /** Without symbolic links and detours where the file is to be replaced. */
  readonly path: string;
  /** Null once it is done with. */
  #descriptor: number | null;
  /** Null where the file is written in place: a device or a pipe. */
  readonly #temporary: string | null;

  private constructor(path: string, descriptor: number, temporary: string | null) {
    this.path = path;
    this.#descriptor = descriptor;
    this.#temporary = temporary;
  }

  /** @throws ErrnoException */
  static open(path: string): ReportFile {
    const kind = statSync(path, { throwIfNoEntry: false });
    if (kind !== undefined && !kind.isFile()) return new ReportFile(path, openSync(path, 'w'), null);
    // The name begins with a dot and ends otherwise than the report, so that nobody who looks for reports takes it for one.
    const place = kind === undefined ? join(realpathSync(dirname(path)), basename(path)) : realpathSync(path);
    const temporary = join(dirname(place), `.sonde-check-${process.pid}-${randomSuffix()}.tmp`);
    return new ReportFile(place, openSync(temporary, 'wx', kind?.mode ?? EVERYONE_READS), temporary);
  }

  /** Not written in place, as a device is. */
  get isReplaced(): boolean {
    return this.#temporary !== null;
  }

  /** @throws ErrnoException; the old report then still stands */
  write(text: string): void {
    try {
      let octets = Buffer.from(text);
      while (octets.length > 0) octets = octets.subarray(writeSync(this.#descriptor!, octets));
      if (this.#temporary !== null) renameSync(this.#temporary, this.path);
      this.#close();
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** Leaves everything as it was; once the report is written, does nothing. */
  discard(): void {
    if (this.#descriptor === null) return;
    this.#close();
    // Somebody may have tidied up.
    if (this.#temporary !== null) rmSync(this.#temporary, { force: true });
  }

  #close(): void {
    closeSync(this.#descriptor!);
    this.#descriptor = null;
  }

  /** Whether replacing it takes the right to pass over permissions: the folder is closed to us by its owner and mode. */
  static needsOverride(path: string): boolean {
    const { uid, mode } = statSync(dirname(path));
    const write = uid === process.geteuid!() ? 0o200 : 0o002;
    return (mode & write) === 0;
  }
}

function randomSuffix(): string {
  return globalThis.crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36);
}
