import { describe, expect, it } from 'vitest';
import { type Names, Presenter } from '../../src/cli/presenter.ts';
import type { PingEvent } from '../../src/ping/events.ts';

/** Events that show the addresses in their `source`, separated by commas. */
const line = (source: string): PingEvent => ({ type: 'short-packet', source, octets: 4 });
const addressesOf = (event: PingEvent) =>
  event.type === 'short-packet' && event.source !== '' ? event.source.split(',') : [];

/** Names that are known when the test says so. */
class SlowNames implements Names {
  readonly asked: string[][] = [];
  readonly #known = new Set<string>();
  readonly #waiting = new Map<string, (() => void)[]>();

  isReady(addresses: readonly string[]): boolean {
    return addresses.every((address) => this.#known.has(address));
  }

  async prepare(addresses: readonly string[]): Promise<void> {
    this.asked.push([...addresses]);
    await Promise.all(
      addresses
        .filter((address) => !this.#known.has(address))
        .map(
          (address) =>
            new Promise<void>((resolve) =>
              this.#waiting.set(address, [...(this.#waiting.get(address) ?? []), resolve]),
            ),
        ),
    );
  }

  /** The name of `address` has come, or been given up; lets everything run that was waiting for it. */
  async learn(...addresses: string[]): Promise<void> {
    for (const address of addresses) {
      this.#known.add(address);
      for (const resolve of this.#waiting.get(address) ?? []) resolve();
    }
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
}

function present(names: Names | null): { presenter: Presenter<PingEvent>; written: string[] } {
  const written: string[] = [];
  const presenter = new Presenter(names, addressesOf, (event) => {
    written.push(event.type === 'short-packet' ? event.source : event.type);
  });
  return { presenter, written };
}

describe('without names', () => {
  it('everything is written at once', async () => {
    const { presenter, written } = present(null);
    for (const source of ['a', 'b', '', 'a']) {
      presenter.show(line(source));
      expect(written.at(-1)).toBe(source);
    }
    expect(written).toEqual(['a', 'b', '', 'a']);
    await presenter.settled();
  });
});

describe('with names', () => {
  it('a line whose names are known is written at once, and nobody is asked', async () => {
    const names = new SlowNames();
    await names.learn('a');
    const { presenter, written } = present(names);
    presenter.show(line('a'));
    presenter.show(line(''));
    expect([written, names.asked]).toEqual([['a', ''], []]);
  });

  it('a line waits for its name, and all that come after wait with it, in order', async () => {
    const names = new SlowNames();
    await names.learn('known');
    const { presenter, written } = present(names);
    for (const source of ['slow', 'known', '', 'slow']) presenter.show(line(source));
    expect(written).toEqual([]);
    expect(new Set(names.asked.flat())).toEqual(new Set(['slow']));
    await names.learn('slow');
    expect(written).toEqual(['slow', 'known', '', 'slow']);
  });

  it('a line with several addresses waits for all of them', async () => {
    const names = new SlowNames();
    const { presenter, written } = present(names);
    presenter.show(line('a,b,c'));
    await names.learn('b');
    await names.learn('a');
    expect(written).toEqual([]);
    await names.learn('c');
    expect(written).toEqual(['a,b,c']);
  });

  it('names that come in another order do not change the order of the lines', async () => {
    const names = new SlowNames();
    const { presenter, written } = present(names);
    presenter.show(line('first'));
    presenter.show(line('second'));
    presenter.show(line('third'));
    await names.learn('third');
    await names.learn('second');
    expect(written).toEqual([]);
    await names.learn('first');
    expect(written).toEqual(['first', 'second', 'third']);
  });

  it('all that wait are asked for at once, so that they wait no longer than one', () => {
    const names = new SlowNames();
    const { presenter } = present(names);
    for (const source of ['first', 'second', 'third']) presenter.show(line(source));
    expect(names.asked).toEqual([['first'], ['second'], ['third']]);
  });

  it('a flood of lines is not held without limit: the oldest are written as they are', async () => {
    const names = new SlowNames();
    const { presenter, written } = present(names);
    const sources = Array.from({ length: 5000 }, (_, index) => `address${index}`);
    for (const source of sources) presenter.show(line(source));
    expect(written).toEqual(sources.slice(0, 5000 - 4096));
    await names.learn(...sources);
    await presenter.settled();
    expect(written).toEqual(sources);
  });

  it('a line that comes while an earlier one waits again for another name stays behind it', async () => {
    const names = new SlowNames();
    const { presenter, written } = present(names);
    presenter.show(line('one'));
    presenter.show(line('two'));
    await names.learn('one');
    expect(written).toEqual(['one']);
    presenter.show(line(''));
    expect(written).toEqual(['one']);
    await names.learn('two');
    expect(written).toEqual(['one', 'two', '']);
  });

  it('lines are written at once again when nothing is pending any more', async () => {
    const names = new SlowNames();
    const { presenter, written } = present(names);
    presenter.show(line('a'));
    await names.learn('a');
    presenter.show(line('a'));
    expect(written).toEqual(['a', 'a']);
  });

  it('settles when the last line is written, and not before', async () => {
    const names = new SlowNames();
    const { presenter, written } = present(names);
    presenter.show(line('a'));
    presenter.show(line('b'));
    let settled = false;
    const settling = presenter.settled().then(() => {
      settled = true;
    });
    await names.learn('a');
    expect([written, settled]).toEqual([['a'], false]);
    await names.learn('b');
    await settling;
    expect(written).toEqual(['a', 'b']);
  });

  it('is settled at once when nothing waits', async () => {
    await present(new SlowNames()).presenter.settled();
  });

  it('a thousand lines behind one slow name are written in order and once each', async () => {
    const names = new SlowNames();
    const { presenter, written } = present(names);
    const sources = Array.from({ length: 1000 }, (_, index) => `address${index % 3}`);
    for (const source of sources) presenter.show(line(source));
    await names.learn('address0', 'address1', 'address2');
    expect(written).toEqual(sources);
  });
});
