/** Broadcast, multicast and anycast: many may answer. */
import { DESTINATIONS } from '../../../lab/destinations.ts';
import type { Case } from '../command.ts';
import { A_LINK_LOCAL, A4, A6, B4 } from './destinations.ts';

const broadcast = DESTINATIONS.broadcast.ipv4;
const all4 = DESTINATIONS.allHosts.ipv4;
const all6 = DESTINATIONS.allHosts.ipv6;
const nobody = { user: 'nobody', capabilities: ['net_raw'] } as const;

export const MANY: readonly Case[] = [
  { args: `-c1 ${broadcast}` },
  { args: `-c1 ${broadcast}`, run: nobody },
  { args: '-c1 255.255.255.255' },
  { args: `-b -c1 ${broadcast}` },
  { args: `-b -c2 -i.2 ${broadcast}` },
  { args: `-b -c2 -i.2 ${broadcast}`, run: { merged: true } },
  { args: `-b -q -c2 -i.2 ${broadcast}` },
  { args: `-b -I eth0 -c1 ${broadcast}` },
  { args: `-b -c1 ${B4}` },
  { args: `-b -M dont -c1 ${broadcast}` },
  { args: `-b -s 3000 -c1 ${broadcast}`, differs: ['EMSGSIZE ends at once'], takesMs: 0 },
  { args: `-b -c1 ${broadcast}`, run: nobody },
  { args: `-b -c2 -i 1 ${broadcast}`, run: nobody },
  { args: `-b -c2 -i .2 ${broadcast}`, run: nobody, differs: ['too short interval message'] },
  { args: `-b -M dont -c1 ${broadcast}`, run: nobody },
  { args: `-b -M do -c1 ${broadcast}`, run: nobody },
  { args: `-b -f -c1 ${broadcast}`, run: nobody, differs: ['cannot flood message'] },
  { args: `-c1 ${all4}` },
  { args: `-I eth0 -c1 ${all4}` },
  { args: `-I eth0 -c2 -i.2 ${all4}` },
  { args: `-I ${A4} -c2 -i.2 ${all4}` },
  { args: `-I eth0 -L -c2 -i.2 ${all4}` },
  { args: `-I eth0 -t 3 -c2 -i.2 ${all4}` },
  { args: `-I eth0 -c1 -W.3 224.0.0.77` },
  { args: `-I lo -c1 -W.3 ${all4}` },
  { args: `-I nope -c1 ${all4}` },
  { args: `-I eth0 -c1 ${all4}`, run: nobody },
  { args: `-I eth0 -i 1 -c1 ${all4}`, run: nobody },
  { args: `-I eth0 -i .2 -c2 ${all4}`, run: nobody, differs: ['too short interval message'] },
  { args: `-I eth0 -M want -c1 ${all4}`, run: nobody },
  { args: `-c1 ${all6}%eth0` },
  { args: `-c2 -i.2 ${all6}%eth0` },
  { args: `-L -c2 -i.2 ${all6}%eth0` },
  { args: `-I eth0 -c1 ${all6}`, differs: ['link-local source'] },
  { args: `-I eth0 -c2 -i.2 ${all6}`, differs: ['link-local source'] },
  { args: `-I ${A_LINK_LOCAL}%eth0 -c2 -i.2 ${all6}` },
  { args: `-I ${A6} -c1 ${all6}%eth0` },
  { args: `-I nope -c1 ${all6}` },
  { args: '-c1 ff02::2%eth0' },
  { args: '-c1 -W.3 ff05::77' },
  { args: `-c1 ${all6}%eth0`, run: nobody },
  { args: `-i .2 -c2 ${all6}%eth0`, run: nobody, differs: ['too short interval message'] },
  { args: `-M dont -c1 ${all6}%eth0`, run: nobody },
  { args: '-c1 fd77:2::', about: 'subnet-router anycast: R1 answers' },
];
