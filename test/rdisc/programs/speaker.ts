/** Sends ICMP messages in frames of its own on eth0, from any address to any: `<hardware address> <source> <destination> <hex>`. */
import { createInterface } from 'node:readline';
import { AF_PACKET, SOCK_RAW } from '../../../src/net/constants.ts';
import { MessageBatch, WORD } from '../../../src/net/message-batch.ts';
import { loadNative } from '../../../src/net/native.ts';
import { LITTLE_ENDIAN } from '../../../src/net/sockaddr.ts';
import { encodeIpv4, IPPROTO_ICMP } from '../../../src/packet/ipv4.ts';

const SOCKADDR_LL_OCTETS = 20;
const ETHERTYPE_IPV4 = Uint8Array.of(0x08, 0x00);
const FRAME_OCTETS = 4096;

const addon = loadNative();
const eth0 = addon.interfaces().find(({ name }) => name === 'eth0')!;
const socket = addon.open(AF_PACKET, SOCK_RAW, 0);
const address = new DataView(new ArrayBuffer(SOCKADDR_LL_OCTETS));
address.setUint16(0, AF_PACKET, LITTLE_ENDIAN);
address.setInt32(4, eth0.index, LITTLE_ENDIAN);
addon.bind(socket, new Uint8Array(address.buffer));
const batch = new MessageBatch(addon, 1, FRAME_OCTETS);

createInterface({ input: process.stdin }).on('line', (line) => {
  const [hardwareAddress, sourceAddress, destinationAddress, hex] = line.split(' ') as [string, string, string, string];
  const header = {
    typeOfService: 0,
    identification: 0,
    reservedFlag: false,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    timeToLive: 1,
    protocol: IPPROTO_ICMP,
    sourceAddress,
    destinationAddress,
    options: new Uint8Array(0),
  };
  const frame = Buffer.concat([
    Buffer.from(hardwareAddress.replaceAll(':', ''), 'hex'),
    eth0.hardwareAddress,
    ETHERTYPE_IPV4,
    encodeIpv4({ header, payload: Buffer.from(hex, 'hex') }),
  ]);
  batch.room(0).set(frame);
  batch.setWord(0, WORD.LENGTH, frame.length);
  console.log(addon.send(socket, batch.native, 0, 1, 0));
});
console.log('ready');
