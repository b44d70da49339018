/** `ping --method` in the lab, as nobody and with ICMP sockets closed unless said. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../../lab/describe-lab.ts';
import { DESTINATIONS } from '../../lab/destinations.ts';
import { createLab, type Lab } from '../../lab/lab.ts';
import { createStage, type Stage } from '../../lab/stage.ts';
import { HOSTS } from '../../lab/topology.ts';
import { loadSchema } from '../../schema.ts';

/** TCP 443 is open on B, and UDP 7 sends back what it gets; all other ports are closed. */
const SERVICES = `
  require('net').createServer((socket) => socket.on('error', () => {})).listen(443, '::', () => {
    const echo = require('dgram').createSocket('udp6');
    echo.on('message', (octets, from) => echo.send(octets, from.port, from.address));
    echo.bind(7, () => console.log('ready'));
  });`;
const FAMILIES = [4, 6] as const;
const keyOf = (family: 4 | 6) => (family === 4 ? 'ipv4' : 'ipv6');

describeLab('ping --method', () => {
  let lab: Lab;
  let stage: Stage;
  beforeAll(async () => {
    stage = createStage();
    lab = await createLab({ datagramIcmp: false });
    await lab.start('b', [process.execPath, '-e', SERVICES]).waitFor(/ready/);
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  async function ping(line: string, on: Lab = lab) {
    return await on.run('a', [stage.command('ping'), '-n', ...line.split(' ')], { user: 'nobody' });
  }

  describe.each(FAMILIES)('in IPv%i', (family) => {
    const b = HOSTS.b[keyOf(family)];

    it('udp takes "port unreachable" of the target for an answer', async () => {
      const { stdout, stderr, status } = await ping(`--method udp -c 3 -i 0.05 ${b}`);
      const size = family === 4 ? '56(84) bytes of data.' : '56 data bytes';
      expect(stdout.split('\n')[0]).toBe(`PING ${b} (${b}) UDP port 33434 ${size}`);
      const lines = stdout.match(/^port unreachable from \S+: udp_seq=\d ttl=62 time=[\d.]+ ms$/gm);
      expect(lines?.map((line) => /_seq=(\d)/.exec(line)![1])).toEqual(['1', '2', '3']);
      expect(stdout).toContain('3 packets transmitted, 3 received, 0% packet loss, time ');
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    });

    it('udp takes a datagram of whoever listens for an answer', async () => {
      const { stdout, status } = await ping(`--method udp --port 7 -c 2 -i 0.05 -s 100 ${b}`);
      // B may answer from any of its addresses.
      const line = /^100 bytes from \S+: udp_seq=\d ttl=62 time=[\d.]+ ms( \(DIFFERENT ADDRESS!\))?$/gm;
      expect(stdout.match(line)).toHaveLength(2);
      expect(status).toBe(0);
    });

    it('tcp takes SYN-ACK for an answer, and RST', async () => {
      const open = await ping(`--method tcp -c 2 -i 0.05 ${b}`);
      expect(open.stdout.split('\n')[0]).toBe(`PING ${b} (${b}) TCP port 443`);
      expect(open.stdout.match(/^SYN-ACK from \S+: tcp_seq=\d time=[\d.]+ ms$/gm)).toHaveLength(2);
      const closed = await ping(`--method tcp --port 444 -c 2 -i 0.05 ${b}`);
      expect(closed.stdout.match(/^RST from \S+: tcp_seq=\d time=[\d.]+ ms$/gm)).toHaveLength(2);
      expect([open.status, closed.status]).toEqual([0, 0]);
    });

    it.each(['udp', 'tcp'])(
      '%s tells errors of those on the way, and does not take them for answers',
      async (method) => {
        const { stdout, status } = await ping(`--method ${method} -c 1 ${DESTINATIONS.prohibited[keyOf(family)]}`);
        const words = family === 4 ? 'Packet filtered' : 'Destination unreachable: Administratively prohibited';
        expect(stdout).toContain(`From ${HOSTS.r1[keyOf(family)]} ${method}_seq=1 ${words}\n`);
        expect(stdout).toContain('1 packets transmitted, 0 received, +1 errors, 100% packet loss');
        expect(status).toBe(1);
      },
    );

    it.each(['udp', 'tcp'])('%s takes a firewall\'s "port unreachable" for an error', async (method) => {
      const { stdout, status } = await ping(`--method ${method} -c 1 ${DESTINATIONS.rejectedPort[keyOf(family)]}`);
      const words = family === 4 ? 'Destination Port Unreachable' : 'Destination unreachable: Port unreachable';
      expect(stdout).toContain(`From ${HOSTS.r1[keyOf(family)]} ${method}_seq=1 ${words}\n`);
      expect(status).toBe(1);
    });

    it.each(['udp', 'tcp'])('%s honours -t', async (method) => {
      const { stdout } = await ping(`--method ${method} -t 1 -c 1 ${b}`);
      const words = family === 4 ? 'Time to live exceeded' : 'Time exceeded: Hop limit';
      expect(stdout).toContain(`From ${HOSTS.r1[keyOf(family)]} ${method}_seq=1 ${words}\n`);
    });

    it.each(['udp', 'tcp'])('%s says what a local refusal is', async (method) => {
      const { stderr, status } = await ping(`--method ${method} -c 1 ${DESTINATIONS.localNoRoute[keyOf(family)]}`);
      expect(stderr).toBe('ping: connect: Network is unreachable\n');
      expect(status).toBe(2);
    });
  });

  it.each(['udp', 'tcp'])('%s asks for the interface of a link-local address', async (method) => {
    const { stderr, status } = await ping(`--method ${method} -c 1 ${HOSTS.r1.linkLocal.replace(/%.*/, '')}`);
    const address = HOSTS.r1.linkLocal.replace(/%.*/, '');
    expect(stderr).toBe(`ping: ${address}: a link-local address needs an interface: ${address}%<interface>, or -I\n`);
    expect(status).toBe(2);
  });

  it.each(['udp', 'tcp'])('%s ends without an answer', async (method) => {
    const { stdout, stderr, status } = await ping(`--method ${method} -c 1 -W 0.3 ${DESTINATIONS.blackHole.ipv4}`);
    expect(stdout).toMatch(/\n\n--- .* ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n\n$/);
    expect({ stderr, status }).toEqual({ stderr: '', status: 1 });
  });

  it('tcp waits for no answer longer than it could hear one', async () => {
    const { stdout } = await ping(`--method tcp -c 1 -j ${DESTINATIONS.blackHole.ipv4}`);
    expect(stdout).toMatch(/"reason": "linger"/); // and not after the 10 s of -W, when this command would be killed
  });

  it.each([
    ['udp', HOSTS.b.ipv4, 'port-unreachable', 33_434],
    ['tcp', HOSTS.b.ipv4, 'syn-ack', 443],
  ])('%s tells in JSON which answer it was, by whose clocks, and which port', async (method, to, answer, port) => {
    const { stdout } = await ping(`--method ${method} -j -c 1 ${to}`);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    const { fits } = loadSchema('ping');
    for (const line of lines) expect(fits(line), JSON.stringify(line)).toBe(true);
    const stamps = { transmit: 'kernel', receive: 'kernel' };
    expect(lines[0]).toMatchObject({ type: 'reply', host: to, seq: 1, method, answer, stamps });
    expect(lines.at(-1)).toMatchObject({ type: 'summary', received: 1, method, port });
  });

  it.each(['udp', 'tcp'])('%s takes its times by the user-space clock with -U', async (method) => {
    const { stdout } = await ping(`--method ${method} -U -j -c 1 ${HOSTS.b.ipv4}`);
    expect(stdout).toContain('"stamps": {"transmit": "user", "receive": "user"}');
  });

  it('udp tells answers apart by ports where the target quotes no more than those', async () => {
    // Without a payload there is nothing else to tell them by.
    const capture = await lab.capture('a', 'eth0', 'udp port 33434');
    const { stdout } = await ping(`--method udp -s 0 -c 4 -i 0.05 ${HOSTS.b.ipv4}`);
    expect(stdout.match(/udp_seq=\d/g)).toEqual(['udp_seq=1', 'udp_seq=2', 'udp_seq=3', 'udp_seq=4']);
    const ports = (await capture.stop()).map(({ octets }) => octets.readUInt16BE(14 + 20));
    expect(new Set(ports).size).toBe(4);
  });

  it('udp stays on one flow where the target quotes what tells its probes apart', async () => {
    const capture = await lab.capture('a', 'eth0', 'udp port 33434');
    await ping(`--method udp -c 4 -i 0.05 ${HOSTS.b.ipv4}`);
    const ports = (await capture.stop()).map(({ octets }) => octets.readUInt16BE(14 + 20));
    expect(new Set(ports).size).toBe(1);
  });

  it('udp says where loss looks like a limit on ICMP errors', async () => {
    const limited = await createLab();
    await limited.sysctl('b', 'net/ipv4/icmp_ratelimit', '1000');
    await limited.sysctl('b', 'net/ipv4/icmp_ratemask', '6168');
    const { stderr, stdout } = await ping(`--method udp -q -c 20 -i 0.02 ${HOSTS.b.ipv4}`, limited);
    await limited.close();
    expect(stdout).toContain('20 packets transmitted, 6 received');
    expect(stderr).toContain('ping: the loss looks like the limit that hosts put on ICMP errors');
  });

  it.each([
    ['--method udp -R 10.77.3.2', '--method udp cannot do: -R (--record-route)'],
    ['--method tcp -s 100 -f 10.77.3.2', '--method tcp cannot do: -f (--flood), -s (--size)'],
    ['--method udp 10.77.1.255', '--method udp probes one host, and no group of them'],
    ['--method tcp ff02::1%eth0', '--method tcp probes one host, and no group of them'],
    ['--port 80 10.77.3.2', '--port needs --method udp, tcp or auto'],
    ['--method utp 10.77.3.2', "invalid --method argument: utp (icmp, udp, tcp, auto); did you mean 'udp'?"],
  ])('refuses %s', async (line, message) => {
    const { stdout, stderr, status } = await ping(line);
    expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: `ping: ${message}\n`, status: 2 });
  });

  describe.concurrent('auto', () => {
    /** A lab whose R1 forwards no packet that matches. */
    async function filtering(rule: string, datagramIcmp = true): Promise<Lab> {
      const filtered = await createLab({ datagramIcmp });
      const ruleset = `add table inet auto; add chain inet auto f { type filter hook forward priority 0; }; ${rule}`;
      await filtered.run('r1', ['nft', ruleset]);
      await filtered.start('b', [process.execPath, '-e', SERVICES]).waitFor(/ready/);
      return filtered;
    }
    const drop = (what: string) => `add rule inet auto f ${what} drop`;
    const headerOf = (stdout: string) => stdout.split('\n')[0];

    it('stays with ICMP where that is answered, and numbers the probes of the run from 1', async () => {
      const open = await createLab();
      const { stdout, stderr } = await ping(`--method auto -c 2 -i 0.05 ${HOSTS.b.ipv4}`, open);
      await open.close();
      expect(headerOf(stdout)).toBe(`PING ${HOSTS.b.ipv4} (${HOSTS.b.ipv4}) ICMP 56(84) bytes of data.`);
      expect(stdout.match(/icmp_seq=\d/g)).toEqual(['icmp_seq=1', 'icmp_seq=2']);
      expect(stderr).toBe('');
    });

    it('takes UDP where no ICMP socket is to be had, and says why', async () => {
      const { stdout, stderr, status } = await ping(`--method auto -c 1 ${HOSTS.b.ipv4}`);
      expect(headerOf(stdout)).toContain(' UDP port 33434 ');
      expect(stderr).toMatch(/^ping: --method auto: ICMP: socket: Operation not permitted/);
      expect(status).toBe(0);
    });

    it('takes UDP where echoes are dropped', async () => {
      const filtered = await filtering(drop('icmp type echo-request'));
      const { stdout, stderr, status } = await ping(`--method auto -c 1 ${HOSTS.b.ipv4}`, filtered);
      await filtered.close();
      expect(headerOf(stdout)).toContain(' UDP port 33434 ');
      expect(stderr).toBe('ping: --method auto: ICMP: nothing comes back\n');
      expect(status).toBe(0);
    });

    it('takes TCP where all ICMP is dropped, IPv6 as well', async () => {
      const filtered = await filtering(`${drop('meta l4proto icmp')}; ${drop('meta l4proto ipv6-icmp')}`);
      const runs = await Promise.all(
        [HOSTS.b.ipv4, HOSTS.b.ipv6].map((to) => ping(`--method auto -c 1 ${to}`, filtered)),
      );
      await filtered.close();
      for (const { stdout, stderr, status } of runs) {
        expect(headerOf(stdout)).toContain(' TCP port 443');
        expect(stderr).toContain('ping: --method auto: UDP port 33434: nothing comes back\n');
        expect(status).toBe(0);
      }
    });

    it('leaves a method at once that somebody on the way refuses', async () => {
      const filtered = await filtering(
        'add rule inet auto f icmp type echo-request reject with icmp type admin-prohibited',
      );
      const { stdout, stderr } = await ping(`--method auto --port 7 -c 1 ${HOSTS.b.ipv4}`, filtered);
      await filtered.close();
      expect(headerOf(stdout)).toContain(' UDP port 7 ');
      expect(stderr).toBe('ping: --method auto: ICMP: refused on the way\n');
    });

    it('stays with ICMP where the host is what is unreachable, and where nothing comes back at all', async () => {
      const open = await createLab();
      const [unreachable, silent] = await Promise.all(
        [DESTINATIONS.unreachable.ipv4, DESTINATIONS.blackHole.ipv4].map((to) =>
          ping(`--method auto -c 1 -W 0.2 ${to}`, open),
        ),
      );
      await open.close();
      expect(headerOf(unreachable!.stdout)).toContain(' ICMP 56(84)');
      expect(unreachable!.stderr).toBe('');
      expect(headerOf(silent!.stdout)).toContain(' ICMP 56(84)');
      expect(silent!.stderr).toMatch(/\nping: --method auto: going on with ICMP\n$/);
      expect(silent!.status).toBe(1);
    });

    it.each(['ipv4', 'ipv6'] as const)(
      'goes on with ICMP towards a neighbour that is not there, whenever the kernel says so: %s',
      async (family) => {
        // Three tries: the word on it comes while UDP is tried.
        const open = await createLab({ neighbourRetransMs: 700 });
        const { stdout, stderr } = await ping(`--method auto -c 1 -W 0.2 ${DESTINATIONS.noNeighbour[family]}`, open);
        await open.close();
        expect(headerOf(stdout)).toContain(' ICMP 56');
        expect(stderr).toMatch(/^ping: --method auto: ICMP: nothing comes back\n/);
        expect(stderr).toMatch(/\nping: --method auto: going on with ICMP\n$/);
      },
    );

    it('stays with ICMP towards a group of hosts, which no other method can probe', async () => {
      const open = await createLab({ answerBroadcasts: false });
      const { stdout, stderr } = await ping('--method auto -c 1 -W 0.2 -I eth0 224.0.0.77', open);
      await open.close();
      expect(stderr).toContain('ping: --method auto: UDP: --method udp probes one host, and no group of them\n');
      expect(headerOf(stdout)).toMatch(/^PING 224\.0\.0\.77 \(224\.0\.0\.77\) ICMP from /);
    });

    it('ends with a summary when it is interrupted while it looks for a method', async () => {
      const open = await createLab();
      const argv = [stage.command('ping'), '-n', '--method', 'auto', '-j', DESTINATIONS.blackHole.ipv4];
      const { stdout, status } = await open.run('a', argv, {
        user: 'nobody',
        signalAt: [{ signal: 'SIGINT', after: /"warning": "--method auto: ICMP/ }],
      });
      await open.close();
      const last = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as unknown;
      expect(last).toMatchObject({ type: 'summary', reason: 'interrupted', transmitted: 0, method: 'udp' });
      expect(status).toBe(1);
    });

    it('leaves out what cannot do as it is told', async () => {
      const filtered = await filtering(drop('meta l4proto icmp'));
      const { stdout, stderr } = await ping(`--method auto -s 200 -c 1 -W 0.2 ${HOSTS.b.ipv4}`, filtered);
      await filtered.close();
      expect(stderr).not.toContain('TCP');
      expect(headerOf(stdout)).toContain(' ICMP 200(228)');
    });
  });
});
