/** What a discovery port hears of an advertisement that came before its options stood, and of one behind them. */
import { AF_INET, IPPROTO_ICMP, SOCK_RAW } from '../../../src/net/constants.ts';
import { loadNative } from '../../../src/net/native.ts';
import { advertisementOf, encodeIrdp, ICMP_ROUTERADVERT } from '../../../src/packet/irdp.ts';
import { AddonDiscoveryPort } from '../../../src/rdisc/addon/port.ts';
import { runScenario } from '../../native/programs/scenario.ts';

const addon = loadNative();
const open = () => addon.open(AF_INET, SOCK_RAW, IPPROTO_ICMP);
const ADVERTISEMENT = encodeIrdp(advertisementOf(60, ['127.0.0.1'], 1));

/** Over loopback a datagram is in the receiver's queue when the send returns. */
function hear(): { readonly earlier: number; readonly later: number } {
  const socket = open();
  const speaker = new AddonDiscoveryPort(addon, open(), ICMP_ROUTERADVERT);
  const speak = () => speaker.send(ADVERTISEMENT, '127.0.0.1', null);
  speak();
  const port = new AddonDiscoveryPort(addon, socket, ICMP_ROUTERADVERT);
  const count = () => {
    let messages = 0;
    port.drain(() => messages++);
    return messages;
  };
  const earlier = count();
  speak();
  return { earlier, later: count() };
}

await runScenario({ hear });
