/** Every event as one JSON line of docs/schema/rdisc.json. */
import { describe, expect, it } from 'vitest';
import type { RdiscEvent } from '../../src/rdisc/events.ts';
import { RdiscJson } from '../../src/rdisc/json.ts';
import { loadSchema } from '../schema.ts';
import { EVENTS, ROUTER_FACTS, SUMMARY } from './events.ts';

const { fits } = loadSchema('rdisc');

const json = new RdiscJson({
  epochSeconds: 1_700_000_000,
  strerror: (errno) => `errno ${errno}`,
  nameOf: (address) => (address === '192.0.2.1' ? 'gw.lab' : null),
});

function render(event: RdiscEvent): Record<string, unknown> {
  const line = json.render(event);
  expect(line.endsWith('\n') && !line.slice(0, -1).includes('\n')).toBe(true);
  return JSON.parse(line);
}

describe('the JSON of rdisc', () => {
  it.each(EVENTS.map((event, index) => [`${index} ${event.type}`, event] as const))(
    'event %s fits the schema',
    (_n, event) => {
      const value = render(event);
      if (!fits(value)) throw new Error(`${JSON.stringify(value)}\n${JSON.stringify(fits.errors)}`);
      expect(value).toMatchObject({ type: event.type, timestamp: 1_700_000_001.25 });
    },
  );

  it.each([
    [{ error: 'socket: Operation not permitted', type: 'error', schema: 1 }, true],
    [{ warning: 'x', type: 'warning', schema: 1 }, true],
    [{ version: '0.1.0', schema: 1 }, true],
    [{ text: 'help', type: 'text', schema: 1 }, true],
    [{ type: 'daemon', pid: 42, log: 'syslog', schema: 1 }, true],
    [{ type: 'daemon', pid: 0, log: 'syslog', schema: 1 }, false],
    [{ type: 'nothing', schema: 1 }, false],
    [{ ...JSON.parse(json.render(SUMMARY)), reason: 'because' }, false],
    [{ ...JSON.parse(json.render(SUMMARY)), more: 1 }, false],
  ])('and so does, or does not, %j', (value, expected) => {
    expect(fits(value)).toBe(expected);
  });

  it('writes a router with its name, and without one where there is none', () => {
    expect(json.render({ type: 'recorded', wallNs: 0, change: 'new', router: ROUTER_FACTS })).toBe(
      '{"type": "recorded", "change": "new", "address": "192.0.2.1", "name": "gw.lab", "interface": "eth0", ' +
        '"preference": -2, "lifetime": 1800, "eligible": true, "timestamp": 1700000000, "schema": 1}\n',
    );
    const unnamed = { ...ROUTER_FACTS, address: '192.0.2.3' };
    expect(render({ type: 'gone', wallNs: 0, reason: 'expired', router: unnamed })).not.toHaveProperty('name');
  });

  it('ends with a summary that says why, and lists routers for a host only', () => {
    expect(render(SUMMARY)).toMatchObject({ reason: 'listed', defaults: ['192.0.2.1'], routers: [{ preference: -2 }] });
    expect(render({ ...SUMMARY, role: 'router' })).not.toHaveProperty('routers');
  });

  it('tells what is wrong with a message in words and in figures', () => {
    const reason = { kind: 'too-short', neededOctets: 24, haveOctets: 16 } as const;
    expect(
      render({ type: 'rejected', wallNs: 0, message: 'advertisement', source: '192.0.2.1', reason }),
    ).toMatchObject({
      reason: 'too-short',
      error: 'Too short 16, 24',
      bytes: 16,
      needed: 24,
    });
  });
});
