import { describe, expect, it } from 'vitest';
import { maskClocks } from '../mask.ts';
import { MASKS } from './mask.ts';

const RUN = `ARPING 10.99.10.1 from 10.99.0.1 arp0
Unicast reply from 10.99.10.1 [02:99:00:00:00:02]  0.535ms
Broadcast request from 10.99.10.1 [02:99:00:00:00:02] for 10.99.0.238 [00:00:00:00:00:00] 1300.123ms
Unicast reply from 10.99.20.2 [02:99:00:00:00:02] for 10.99.0.238  0.748ms
Sent 2 probes (1 broadcast(s))
Received 2 response(s) (1 request(s), 1 broadcast(s))
`;

describe('the mask of arping', () => {
  it('hides round trips, and neither their format nor a blank before them', () => {
    expect(maskClocks(RUN, MASKS)).toBe(
      RUN.replace('0.535ms', '<round trip>ms')
        .replace('1300.123ms', '<round trip>ms')
        .replace('0.748ms', '<round trip>ms'),
    );
  });

  it.each(['0.5ms', '0.5351ms', '535ms', '0.535 ms', 'UNSOLICITED?'])('does not hide %s', (time) => {
    const text = RUN.replace('0.535ms', time);
    expect(maskClocks(text, MASKS)).toContain(time);
  });
});
