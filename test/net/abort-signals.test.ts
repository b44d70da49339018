import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { AbortSignals } from '../../src/net/abort-signals.ts';

const listenersOf = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('abort signals', () => {
  it('end all runs that listen, each once', () => {
    const [aborts, abort] = [new AbortSignals(), new AbortController()];
    const ended: number[] = [];
    for (let run = 0; run < 100; run++) aborts.listen(abort.signal, () => ended.push(run));
    expect(ended).toEqual([]);
    abort.abort();
    expect(ended).toEqual(Array.from({ length: 100 }, (_, run) => run));
  });

  it('have one listener for all runs, and none when the last one is over', () => {
    const [aborts, { signal }] = [new AbortSignals(), new AbortController()];
    const stops = Array.from({ length: 100 }, () => aborts.listen(signal, () => {}));
    expect(listenersOf(signal)).toBe(1);
    for (const stop of stops.slice(1)) stop();
    expect(listenersOf(signal)).toBe(1);
    stops[0]!();
    expect(listenersOf(signal)).toBe(0);
    aborts.listen(signal, () => {});
    expect(listenersOf(signal)).toBe(1);
  });

  it('have no listener left when they were aborted', () => {
    const [aborts, abort] = [new AbortSignals(), new AbortController()];
    const stop = aborts.listen(abort.signal, () => {});
    abort.abort();
    expect(listenersOf(abort.signal)).toBe(0);
    stop();
  });

  it('end a run at once that comes too late', () => {
    const ended: string[] = [];
    new AbortSignals().listen(AbortSignal.abort(), () => ended.push('it'));
    expect(ended).toEqual(['it']);
  });

  it('do nothing to a run that is over, to one that another ended first, and to those of another signal', () => {
    const aborts = new AbortSignals();
    const [abort, other] = [new AbortController(), new AbortController()];
    const ended: string[] = [];
    aborts.listen(abort.signal, () => ended.push('over'))();
    aborts.listen(abort.signal, () => {
      ended.push('first');
      stopSecond();
    });
    const stopSecond = aborts.listen(abort.signal, () => ended.push('second'));
    aborts.listen(other.signal, () => ended.push('of another'));
    abort.abort();
    expect(ended).toEqual(['first']);
    other.abort();
    expect(ended).toEqual(['first', 'of another']);
  });

  it('may be of one run twice: stopping one does not stop the other', () => {
    const [aborts, abort] = [new AbortSignals(), new AbortController()];
    let ended = 0;
    const interrupt = () => ended++;
    aborts.listen(abort.signal, () => interrupt())();
    aborts.listen(abort.signal, () => interrupt());
    abort.abort();
    expect(ended).toBe(1);
  });
});
