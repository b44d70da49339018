/** Whatever comes back, a run ends, says so once, and prints lines that a terminal can stand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueuedUdpError } from '../../src/net/udp-port.ts';
import { TracepathJson } from '../../src/tracepath/json.ts';
import { readLines } from './schema.ts';
import { BASE_PORT, CONFIG, CONFIG6, errorAbout, MS, type Network, play, textOf } from './support.ts';

const octet = fc.integer({ min: 0, max: 255 });

/** An entry of the error queue in which everything but the addresses is a peer's to choose. */
const FORGED = fc.record<Partial<QueuedUdpError>>({
  errno: fc.oneof(fc.constantFrom(13, 71, 90, 92, 101, 110, 111, 113), fc.integer({ min: 0, max: 4095 })),
  origin: fc.constantFrom('icmp', 'icmp6'),
  type: octet,
  code: octet,
  info: fc.oneof(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
  offender: fc.constantFrom('10.0.0.1', '10.0.0.2', '::', null),
  destination: fc.constantFrom('192.0.2.7', '192.0.2.9', null),
  destinationPort: fc.oneof(
    fc.integer({ min: BASE_PORT - 2, max: BASE_PORT + 70 }),
    fc.integer({ min: 0, max: 65_535 }),
  ),
  hopLimit: fc.integer({ min: -1, max: 255 }),
  trafficClass: fc.integer({ min: -1, max: 255 }),
  stampNs: fc.oneof(fc.constant(Number.NaN), fc.double({ min: -1e18, max: 1e18, noNaN: true })),
});

/** Octets for the quote and for what stands behind it, and where one ends. */
const OCTETS = fc.record({
  octets: fc.uint8Array({ maxLength: 200 }),
  quoted: fc.double({ min: 0, max: 1, noNaN: true }),
  isGenuine: fc.boolean(),
});

const ANSWERS = fc.array(
  fc.record({ afterMs: fc.integer({ min: 0, max: 2500 }), forged: FORGED, content: OCTETS, keepsPort: fc.boolean() }),
  { maxLength: 3 },
);

describe.each(['serial', 'parallel'] as const)('a %s run among liars', (kind) => {
  it('ends with one summary, in sound lines', () => {
    fc.assert(
      fc.property(
        fc.array(ANSWERS, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(CONFIG, CONFIG6, { ...CONFIG, blackHoles: true }),
        (script, base) => {
          let probes = 0;
          const network: Network = (probe) => ({
            answers: script[probes++ % script.length]!.map(({ afterMs, forged, content, keepsPort }) => {
              const genuine = errorAbout(probe, forged);
              const split = Math.floor(content.octets.length * content.quoted);
              const body = content.isGenuine
                ? {}
                : {
                    octets: content.octets,
                    start: 0,
                    end: split,
                    extensionStart: split,
                    extensionEnd: content.octets.length,
                  };
              const port = keepsPort ? { destinationPort: probe.destinationPort } : {};
              return { afterNs: afterMs * MS, error: { ...genuine, ...body, ...port } };
            }),
          });
          const config = { ...base, length: 1500, maxHops: 5 };
          const { events } = play(kind, network, { config, stamps: false });
          expect(events.filter(({ type }) => type === 'summary')).toHaveLength(1);
          expect(events.at(-1)?.type).toBe('summary');
          expect(textOf(events, { verbose: true })).not.toMatch(/[^\n\x20-\x7e]/);
          const json = new TracepathJson({
            host: 'h',
            target: 't',
            epochSeconds: 0,
            strerror: String,
            nameOf: () => null,
          });
          readLines(events.map((event) => json.render(event)).join(''));
        },
      ),
      { numRuns: 300 },
    );
  });
});
