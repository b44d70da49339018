/** Signals as a command hears them. They are made up (`emit`): a real one would be the test runner's. */
import { describe, expect, it, vi } from 'vitest';
import { type Signal, SignalInbox } from '../../src/net/signals.ts';

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

describe('hearWithoutInbox', () => {
  /** As in a process of its own: whether there was an inbox is known for good. */
  async function freshSignals(): Promise<typeof import('../../src/net/signals.ts')> {
    vi.resetModules();
    return await import('../../src/net/signals.ts');
  }

  it('hears what would end the process, until there is an inbox', async () => {
    const { hearWithoutInbox, SignalInbox: Inbox } = await freshSignals();
    const early: Signal[] = [];
    hearWithoutInbox((signal) => early.push(signal));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) send(signal);
    const inbox = new Inbox();
    const heard: Signal[] = [];
    inbox.listen((signal) => heard.push(signal));
    send('SIGINT');
    inbox.close();
    expect({ early, heard }).toEqual({ early: ['SIGINT', 'SIGTERM', 'SIGHUP'], heard: ['SIGINT'] });
  });

  it('hears nothing once it was told to stop, and nothing where there was an inbox before', async () => {
    const { hearWithoutInbox, SignalInbox: Inbox } = await freshSignals();
    const before = process.listenerCount('SIGTERM');
    hearWithoutInbox(() => {})();
    expect(process.listenerCount('SIGTERM')).toBe(before);
    new Inbox().close();
    hearWithoutInbox(() => {});
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
