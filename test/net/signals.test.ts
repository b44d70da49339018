/** Signals as a command hears them. They are made up (`emit`): a real one would be the test runner's. */
import { describe, expect, it } from 'vitest';
import { ProcessSignals, type Signal, SignalInbox } from '../../src/net/signals.ts';

function send(signal: Signal): void {
  process.emit(signal, signal);
}

describe('SignalInbox', () => {
  it('keeps what comes until somebody listens, and hands it over in order', () => {
    const inbox = new SignalInbox();
    const heard: Signal[] = [];
    send('SIGINT');
    send('SIGQUIT');
    inbox.listen((signal) => heard.push(signal));
    send('SIGALRM');
    inbox.close();
    expect(heard).toEqual(['SIGINT', 'SIGQUIT', 'SIGALRM']);
  });

  it('tells of what it keeps, and keeps it all the same', () => {
    const inbox = new SignalInbox();
    const overheard: Signal[] = [];
    const heard: Signal[] = [];
    send('SIGQUIT');
    inbox.overhear((signal) => overheard.push(signal));
    send('SIGINT');
    inbox.listen((signal) => heard.push(signal));
    send('SIGALRM');
    inbox.close();
    expect(overheard).toEqual(['SIGQUIT', 'SIGINT']);
    expect(heard).toEqual(['SIGQUIT', 'SIGINT', 'SIGALRM']);
  });

  it('takes only the signals that it was made for, and gives them back', () => {
    const counts = () =>
      (['SIGINT', 'SIGALRM', 'SIGQUIT', 'SIGTERM'] as const).map((name) => process.listenerCount(name));
    const before = counts();
    const inbox = new SignalInbox(['SIGINT', 'SIGTERM']);
    expect(counts().map((count, index) => count - before[index]!)).toEqual([1, 0, 0, 1]);
    inbox.close();
    expect(counts()).toEqual(before);
    const standard = new SignalInbox();
    expect(counts().map((count, index) => count - before[index]!)).toEqual([1, 1, 1, 0]);
    standard.close();
  });
});

describe('ProcessSignals', () => {
  it('tells of what would end the process, until the run takes the signals', () => {
    const signals = new ProcessSignals();
    const early: Signal[] = [];
    signals.hearUntilTaken((signal) => early.push(signal));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) send(signal);
    const inbox = signals.take();
    const heard: Signal[] = [];
    inbox.listen((signal) => heard.push(signal));
    send('SIGINT');
    inbox.close();
    expect({ early, heard }).toEqual({ early: ['SIGINT', 'SIGTERM', 'SIGHUP'], heard: ['SIGINT'] });
  });

  it('tells nothing once it was told to stop, and nothing where the run was sooner', () => {
    const signals = new ProcessSignals();
    const before = process.listenerCount('SIGTERM');
    signals.hearUntilTaken(() => {})();
    expect(process.listenerCount('SIGTERM')).toBe(before);
    signals.take().close();
    signals.hearUntilTaken(() => {});
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
