import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6, parseInetAton, parseIpv4, parseIpv6 } from '../../src/packet/address.ts';
import { internetChecksum } from '../../src/packet/checksum.ts';
import { decodeIcmp, encodeIcmp, ICMP_ECHO, writeIcmpEcho } from '../../src/packet/icmp.ts';
import { readObjectContent } from '../../src/packet/icmp-extension-objects.ts';
import { decodeIcmpExtension, encodeIcmpExtension, extensionFlaws } from '../../src/packet/icmp-extensions.ts';
import { decodeIcmp6, encodeIcmp6 } from '../../src/packet/icmp6.ts';
import { decodeIpOptions, encodeIpOptions } from '../../src/packet/ip-options.ts';
import { decodeIpv4, decodeQuotedIpv4, encodeIpv4, peekIpv4HeaderLength } from '../../src/packet/ipv4.ts';
import { decodeQuotedIpv6, encodeIpv6, findUpperLayer } from '../../src/packet/ipv6.ts';
import { readNiAnswer, readNiSubject } from '../../src/packet/node-information.ts';
import { hex, loadVectors, mustEqual, randomBuffers } from '../packet/support.ts';

const VECTOR_FILES = ['ipv4.json', 'ip-options.json', 'icmpv4.json', 'icmpv6.json'] as const;
const LOOPBACK = { source: new Uint8Array(16), destination: new Uint8Array(16) };

/** Feeds octets to every decoder of src/packet; throws when one throws, or encodes something else than it was given. */
function feedAll(bytes: Uint8Array): void {
  const whole = decodeIpv4(bytes);
  if (whole.ok) mustEqual(encodeIpv4(whole.value), bytes);
  const quote = decodeQuotedIpv4(bytes);
  if (quote.ok) mustEqual(encodeIpv4(quote.value), bytes);
  const quote6 = decodeQuotedIpv6(bytes);
  if (quote6.ok) {
    mustEqual(encodeIpv6(quote6.value), bytes);
    findUpperLayer(quote6.value.header.nextHeader, quote6.value.payload);
  }
  mustEqual(encodeIpOptions(decodeIpOptions(bytes)), bytes);
  const icmp = decodeIcmp(bytes);
  if (icmp.ok) mustEqual(encodeIcmp(icmp.value.message, icmp.value.checksum), bytes);
  const extension = decodeIcmpExtension(bytes);
  extensionFlaws(extension);
  mustEqual(encodeIcmpExtension(extension), bytes);
  readObjectContent(bytes[0] ?? 0, bytes[1] ?? 0, bytes);
  feedIcmp6(bytes);
  peekIpv4HeaderLength(bytes, 0, bytes.length);
}

function feedIcmp6(bytes: Uint8Array): void {
  const result = decodeIcmp6(bytes, LOOPBACK);
  if (!result.ok) return;
  const { message, checksum } = result.value;
  mustEqual(encodeIcmp6(message, checksum), bytes);
  if (message.kind !== 'node-information') return;
  readNiSubject(message);
  readNiAnswer(message);
}

describe('every decoder, fed what nobody should send', () => {
  it('neither throws nor loses an octet on 20,000 random buffers', () => {
    for (const bytes of randomBuffers(20_000, 256, 0x50_4e44)) feedAll(bytes);
  });

  it('neither throws nor loses an octet on 20,000 golden vectors with random damage', () => {
    const golden = VECTOR_FILES.flatMap((file) => loadVectors(file)).map((vector) => hex(vector.hex));
    let next = 0;
    for (const damage of randomBuffers(20_000, 12, 0xda_3a6e)) {
      const bytes = golden[next++ % golden.length]!.slice(0, 400);
      for (let i = 0; i + 2 < damage.length; i += 3) {
        // Most damage strikes the first 64 octets, where types and lengths are.
        const at = damage[i]! & 0x80 ? damage[i + 1]! : damage[i + 1]! & 0x3f;
        if (at < bytes.length) bytes[at] = damage[i + 2]!;
      }
      feedAll(damage.length % 5 === 0 ? bytes.subarray(0, bytes.length - damage.length) : bytes);
    }
  });

  it('neither throws nor loses an octet on whatever fast-check thinks of', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), feedAll), { numRuns: 2000 });
  });
});

describe('properties', () => {
  const uint8 = fc.integer({ min: 0, max: 0xff });
  const uint16 = fc.integer({ min: 0, max: 0xffff });
  const octets = fc.uint8Array({ maxLength: 100 });

  it('an echo request that was encoded decodes to itself with a right checksum, in place or not', () => {
    fc.assert(
      fc.property(uint16, uint16, uint8, octets, (identifier, sequence, code, payload) => {
        const message = { kind: 'echo', type: ICMP_ECHO, code, identifier, sequence, payload } as const;
        const bytes = encodeIcmp(message);
        expect(decodeIcmp(bytes)).toMatchObject({ ok: true, value: { message, checksumOk: true, flaws: [] } });
        const target = new Uint8Array(8 + payload.length);
        target.set(payload, 8);
        writeIcmpEcho(target, 0, ICMP_ECHO, identifier, sequence, payload.length);
        mustEqual(target, encodeIcmp({ ...message, code: 0 }));
      }),
      { numRuns: 500 },
    );
  });

  it('a checksum over two halves, the first of even length, is that over the whole', () => {
    fc.assert(
      fc.property(octets, octets, (front, back) => {
        const even = front.subarray(0, front.length & ~1);
        const whole = Uint8Array.from([...even, ...back]);
        const first = ~internetChecksum(even) & 0xffff;
        expect(internetChecksum(back, 0, back.length, first)).toBe(internetChecksum(whole));
      }),
    );
  });

  it('addresses survive text', () => {
    const address = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(address, (bytes) => {
        mustEqual(parseIpv6(formatIpv6(bytes)) ?? new Uint8Array(0), bytes);
        mustEqual(parseIpv4(formatIpv4(bytes)) ?? new Uint8Array(0), bytes.subarray(0, 4));
        mustEqual(parseInetAton(formatIpv4(bytes)) ?? new Uint8Array(0), bytes.subarray(0, 4));
      }),
    );
  });

  it('no text makes an address parser throw', () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789abcfx.:%'), maxLength: 40 }));
    fc.assert(
      fc.property(texts, (text) => {
        for (const parse of [parseIpv4, parseIpv6, parseInetAton]) parse(text);
      }),
      { numRuns: 2000 },
    );
  });
});
