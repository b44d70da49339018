/** Results of flows as the graph takes them, written in short. */
import type { FlowHop, FlowResult } from '../../../src/tracepath/flows/events.ts';

/** One flow along `hosts`, `*` for silence; by default it reaches the last one. */
export function walked(flow: number, hosts: string, more: Partial<FlowResult> = {}): FlowResult {
  const hops = hosts.split(' ').map((host, index): FlowHop => {
    const isSilent = host === '*';
    return {
      hop: index + 1,
      sources: isSilent ? [] : [host],
      sent: isSilent ? 3 : 1,
      received: isSilent ? 0 : 1,
      roundTripsNs: isSilent ? [] : [(index + 1) * 1_000_000 + flow * 1000],
      largestOctets: isSilent ? null : 1500,
      mark: null,
    };
  });
  return { flow, sourcePort: 40_000 + flow, end: 'reached', hops, mtuOctets: 1500, blackHoleHop: null, ...more };
}
