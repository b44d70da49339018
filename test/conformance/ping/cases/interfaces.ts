/** Sources, devices and routes: -I, -B, -r. */
import { HOSTS, LIAR_INTERFACE } from '../../../lab/topology.ts';
import type { Case } from '../command.ts';
import { A_LINK_LOCAL, A4, A6, B4, B6, R_LINK_LOCAL, R4, R6 } from './destinations.ts';

const nobody = { user: 'nobody' } as const;

export const INTERFACES: readonly Case[] = [
  { args: `-I eth0 -c1 ${B4}` },
  { args: `-I eth0 -c1 ${B6}` },
  { args: `-I eth0 -c1 ${B4}`, run: nobody },
  { args: `-I eth0 -c1 ${B6}`, run: nobody },
  { args: '-I eth0 -c1 hostb.lab' },
  { args: '-I eth0 -c1 hostb4.lab' },
  { args: `-I ${A4} -c1 ${B4}` },
  { args: `-I ${A6} -c1 ${B6}` },
  { args: `-I ${A6}%eth0 -c1 ${B6}` },
  { args: `-I eth0 -I ${A4} -c1 ${B4}` },
  { args: `-I ${A4} -I eth0 -c1 ${B4}` },
  { args: `-I ${HOSTS.liarSide.ipv4} -c1 -W.3 ${B4}`, about: 'a source that B has no way to' },
  { args: `-I ${A4} -c1 hostb.lab`, about: 'the source has another family' },
  { args: `-I ${A6} -c1 hostb.lab` },
  { args: `-I ${A6} -c1 hostb4.lab` },
  { args: `-I ${A6} -c1 ${B4}` },
  { args: '-I 127.0.0.1 -c1 ::1' },
  { args: '-I lo -c1 127.0.0.1' },
  { args: '-I lo -c1 ::1' },
  { args: `-I lo -c1 -W.3 ${B4}` },
  { args: `-I lo -c1 -W.3 ${B6}` },
  { args: `-I lo -c1 -W.3 ${B4}`, run: nobody },
  { args: '-I eth0 -c1 -W.3 127.0.0.1' },
  { args: `-I ${LIAR_INTERFACE} -c1 -W.3 ${B4}` },
  { args: `-I nope -c1 ${B4}` },
  { args: `-I nope -c1 ${B6}` },
  { args: `-I nope -c1 ${B4}`, run: nobody },
  { args: `-I nope -c1 ${B6}`, run: nobody },
  { args: `-I 10.9.9.9 -c1 ${B4}` },
  { args: `-I fd99::9 -c1 ${B6}` },
  { args: '-I ::1%lo -c1 ::1' },
  { args: '-I ::1%nope -c1 ::1' },
  { args: '-I zz:: -c1 ::1' },
  { args: '-I 300.1.1.1 -c1 127.0.0.1', about: 'no address, so a device' },
  { args: `-I eth0 -c1 ${R_LINK_LOCAL}`, differs: ['link-local source'] },
  { args: `-I eth0 -c1 ${R_LINK_LOCAL}%eth0`, differs: ['link-local source'] },
  { args: `-I ${A_LINK_LOCAL}%eth0 -c1 ${R_LINK_LOCAL}` },
  { args: `-I ${A_LINK_LOCAL}%eth0 -c1 ${R_LINK_LOCAL}%eth0` },
  { args: `-I ${A_LINK_LOCAL} -c1 ${R_LINK_LOCAL}%eth0` },
  {
    args: `-I lo -c1 -W.3 ${R_LINK_LOCAL}%eth0`,
    differs: ['sendmsg error reported'],
    expect: {
      stderr:
        'ping: Warning: source address might be selected on device other than: lo\nping: sendmsg: Invalid argument\n',
    },
  },
  { args: `-B -c1 ${B4}` },
  { args: `-B -c1 ${B6}` },
  { args: '-B -c1 hostb.lab' },
  { args: `-B -I eth0 -c1 ${B4}` },
  { args: `-r -c1 ${R4}` },
  { args: `-r -c1 ${R6}` },
  { args: '-r -c1 127.0.0.1' },
  { args: `-r -c1 -W.3 ${B6}` },
  {
    args: `-r -c1 -W.3 ${B4}`,
    differs: ['sendmsg error reported'],
    expect: { stderr: 'ping: sendmsg: Network is unreachable\n' },
  },
];
