/** The packet socket and the routing table of a real kernel. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { runShell } from '../lab/netns.ts';
import { HOSTS } from '../lab/topology.ts';
import { answerOf } from '../native/program.ts';
import type { Heard } from './programs/links.ts';

const PROGRAM = new URL('./programs/links.ts', import.meta.url);
const QUESTION = { device: 'eth0', from: HOSTS.a.ipv4, target: HOSTS.r1.ipv4 };
const EMSGSIZE = 90;
const ENETDOWN = 100;
/** A device whose queue is still `noop` drops what is sent. */
const CARRIER = `until ip link show mtu0 | grep -q 'state UP'; do sleep 0.01; done`;

interface Exchange {
  readonly own: { readonly address: number[]; readonly hardwareType: number };
  readonly errno: number;
  readonly beforeNs: number;
  readonly afterNs: number;
  readonly heard: readonly Heard[];
}

describeLab('in the lab', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
  });
  const inside = () => ({ netns: lab.netns('a') });

  it('a packet socket tells its own address, and an answer with its sender and both stamps in order', async () => {
    const { own, errno, beforeNs, afterNs, heard } = await answerOf<Exchange>(PROGRAM, 'question', QUESTION, inside());
    expect([own.address, own.hardwareType, errno]).toEqual([[2, 0x77, 1, 0, 0, 1], 1, 0]);
    const [stamp, frame] = heard;
    expect(heard.map(({ kind }) => kind)).toEqual(['stamp', 'frame']);
    expect(stamp?.token).toBe(77);
    expect(frame).toMatchObject({ packetType: 'host', linkSource: [2, 0x77, 1, 0, 0, 0xfe] });
    expect(frame?.octets?.slice(0, 8)).toEqual([0, 1, 8, 0, 6, 4, 0, 2]);
    const times = [beforeNs, stamp?.stampNs, frame?.stampNs, afterNs];
    expect([...times].sort((a, b) => a! - b!)).toEqual(times);
  });

  it('a packet socket hears nothing before it is bound', async () => {
    expect(await answerOf(PROGRAM, 'unbound', QUESTION, inside())).toBe(0);
  });

  it('stamps come under the right tokens also after a send that was refused', async () => {
    const links = 'ip link add mtu0 mtu 68 type veth peer mtu1; ip link set mtu1 up; ip link set mtu0 up';
    await runShell(lab.netns('a'), `${links}; ${CARRIER}`);
    const { errnos, tokens } = await answerOf<{ errnos: number[]; tokens: number[] }>(
      PROGRAM,
      'refused',
      { device: 'mtu0' },
      inside(),
    );
    expect(errnos).toEqual([0, EMSGSIZE, 0]);
    expect(tokens).toEqual([1, 3]);
  });

  it('a packet socket needs CAP_NET_RAW, and nothing else', async () => {
    const asNobody = { ...inside(), user: 'nobody' } as const;
    expect(await answerOf(PROGRAM, 'open', null, asNobody)).toBe('socket EPERM');
    expect(await answerOf(PROGRAM, 'open', null, { ...asNobody, capabilities: ['net_raw'] })).toBe(true);
  });

  it('a packet socket says that its interface went down', async () => {
    await runShell(lab.netns('a'), 'ip link add dn0 type veth peer dn1; ip link set dn0 up; ip link set dn1 up');
    const heard = answerOf<Heard[]>(PROGRAM, 'goesDown', { device: 'dn0' }, inside());
    // Until it is bound there is nobody to tell.
    await runShell(
      lab.netns('a'),
      'index=$(cat /sys/class/net/dn0/ifindex); until grep -q " $index " /proc/net/packet; do sleep 0.01; done; ip link set dn0 down',
    );
    expect(await heard).toEqual([{ kind: 'failed', errno: ENETDOWN }]);
  });

  it('the route tells the interface, or why there is none', async () => {
    const targets = [HOSTS.r1.ipv4, HOSTS.b.ipv4, HOSTS.a.ipv4, '10.88.0.9', HOSTS.b.ipv6, '127.0.0.1'];
    expect(await answerOf(PROGRAM, 'routes', targets, inside())).toEqual(['eth0', 'eth0', 'lo', 'liar0', 'eth0', 'lo']);
    const asNobody = { ...inside(), user: 'nobody' } as const;
    expect(await answerOf(PROGRAM, 'routes', [DESTINATIONS.localUnreachable.ipv4], asNobody)).toEqual([
      'rtnetlink EHOSTUNREACH',
    ]);
    expect(await answerOf(PROGRAM, 'routes', ['10.1.1.1'], { netns: lab.netns('liar') })).toEqual([
      'rtnetlink ENETUNREACH',
    ]);
  });

  it('all routes come in many messages, and each question gets its own', async () => {
    const [first, second] = await answerOf<number[]>(PROGRAM, 'dump', null, inside());
    expect(first).toBeGreaterThan(10);
    expect(second).toBe(first);
  });

  it('a change is acknowledged, or refused to those who may not', async () => {
    const inB = { netns: lab.netns('b') };
    expect(await answerOf(PROGRAM, 'removeDefault', null, { ...inB, user: 'nobody' })).toBe('rtnetlink EPERM');
    expect(await answerOf(PROGRAM, 'removeDefault', null, inB)).toBe('');
    expect(await answerOf(PROGRAM, 'removeDefault', null, inB)).toBe('rtnetlink ESRCH');
    expect(await answerOf(PROGRAM, 'routes', [HOSTS.a.ipv4], inB)).toEqual(['rtnetlink ENETUNREACH']);
  });
});
