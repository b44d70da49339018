import { describe, expect, it } from 'vitest';
import { EHOSTUNREACH, eventLoopTurn, open, Pinger } from './shared-socket-fake.ts';

describe('a shared socket’s handlers', () => {
  it('may send: the message in their own hands stays as it is', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    const { wire } = ada.send(1);
    core.reply(wire);
    ada.onHeard = () => {
      if (ada.heard.length === 1) ada.send(2);
    };
    bob.send(1);
    core.wake();
    expect(core.sent.map(({ to, token }) => [to, token])).toEqual([
      [1, 1],
      [2, 2],
      [1, 3],
    ]);
  });

  it('may send so much that the socket must be read: it is read once they are through, and by nobody twice', async () => {
    const { core, socket } = open();
    const ada = new Pinger(socket, 1);
    core.reply(ada.send(1).wire);
    core.onSend = ({ token }) => core.reply(token);
    ada.onHeard = () => {
      if (ada.heard.length === 1) for (let index = 2; index < 40; index++) ada.send(index);
    };
    core.wake();
    expect(ada.heard).toHaveLength(1);
    expect(core.drains).toBe(1);
    ada.onHeard = () => {};
    core.wake();
    expect(ada.heard).toEqual(Array.from({ length: 39 }, (_, index) => `packet ${index + 1} of 16`));
  });

  it('may close their own port: it hears nothing more of the same batch, and is not called', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    for (const pinger of [ada, bob]) for (const sequence of [1, 2]) core.reply(pinger.send(sequence).wire);
    ada.onHeard = () => ada.port.close();
    core.wake();
    expect({ heard: ada.heard.length, calls: ada.calls }).toEqual({ heard: 1, calls: 0 });
    expect({ heard: bob.heard.length, calls: bob.calls }).toEqual({ heard: 2, calls: 1 });
  });

  it('may close another port that was told of something already: it is not called', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    core.reply(bob.send(1).wire);
    core.reply(ada.send(1).wire);
    ada.onHeard = () => bob.port.close();
    core.wake();
    expect([bob.heard.length, bob.calls, ada.calls]).toEqual([1, 0, 1]);
  });

  it('may open a port', () => {
    const { core, socket } = open();
    const ada = new Pinger(socket, 1);
    core.reply(ada.send(1).wire);
    let bob: Pinger | undefined;
    ada.onHeard = () => {
      bob = new Pinger(socket, 2);
      core.reply(bob.send(9).wire);
    };
    core.wake();
    ada.onHeard = () => {};
    core.wake();
    expect(bob!.heard).toEqual(['packet 2 of 16']);
  });

  it('that throw fail their own port, at its next drain, and take nothing from the others', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    for (const sequence of [1, 2]) for (const pinger of [ada, bob]) core.reply(pinger.send(sequence).wire);
    ada.onHeard = () => {
      throw new Error('broken');
    };
    core.wake();
    expect([ada.heard.length, bob.heard.length]).toEqual([1, 2]);
    // It is called all the same, since that is when it drains.
    expect([ada.calls, bob.calls]).toEqual([1, 1]);
    expect(() => ada.port.drain(ada)).toThrow('broken');
    expect(bob.port.drain(bob)).toBe(false);
    core.reply(bob.send(3).wire);
    core.wake();
    expect(bob.heard).toHaveLength(3);
  });

  it('that throw while another sends do not fail the send', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    core.reply(ada.send(1).wire);
    ada.onHeard = () => {
      throw new Error('broken');
    };
    core.refusals.push(EHOSTUNREACH);
    expect(bob.send(1).errno).toBe(0);
    expect(() => ada.port.drain(ada)).toThrow('broken');
  });
});

describe('callbacks of a shared socket', () => {
  it('may close a port that is to be called after them', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    core.reply(ada.send(1).wire);
    core.reply(bob.send(1).wire);
    ada.onCall = () => bob.port.close();
    core.wake();
    expect([ada.calls, bob.calls]).toEqual([1, 0]);
  });

  it('may send, and are called once more for what comes of it', async () => {
    const { core, socket } = open();
    const ada = new Pinger(socket, 1);
    core.onSend = ({ token }) => core.reply(token);
    ada.send(1);
    ada.onCall = () => {
      if (ada.calls === 1) for (let index = 2; index < 19; index++) ada.send(index);
    };
    core.wake();
    expect([ada.heard.length, ada.calls]).toEqual([17, 1]);
    await eventLoopTurn();
    expect(ada.calls).toBe(2);
  });

  it('are not made for ports that nothing came for', () => {
    const { core, socket } = open();
    const ada = new Pinger(socket, 1);
    core.wake();
    expect(ada.calls).toBe(0);
  });
});

/** When all packets of the fake were received, and a moment behind that. */
const STAMP_NS = 9;
const LATER_NS = 1000;

describe('catching up', () => {
  it('reads all that has come, however little is read at once, then calls whom it was for', () => {
    const { core, socket } = open();
    const [ada, bob, eve] = [new Pinger(socket, 1), new Pinger(socket, 2), new Pinger(socket, 3)];
    core.drainLimit = 10;
    for (let sequence = 0; sequence < 12; sequence++) ada.send(sequence);
    for (let wire = 1; wire <= 12; wire++) for (let copy = 0; copy < 10; copy++) core.reply(wire);
    core.reply(bob.send(1).wire);
    const before = core.drains;
    socket.catchUp(LATER_NS);
    expect([ada.heard.length, bob.heard.length, core.waiting.length]).toEqual([120, 1, 0]);
    expect([ada.calls, bob.calls, eve.calls]).toEqual([1, 1, 0]);
    expect(core.drains - before).toBe(14);
  });

  it('comes to an end although more comes all the time', () => {
    const { core, socket } = open();
    const ada = new Pinger(socket);
    core.drainLimit = 1;
    ada.onHeard = () => core.reply(1);
    core.reply(ada.send(1).wire);
    socket.catchUp(LATER_NS);
    expect(ada.calls).toBe(1);
    expect(ada.heard.length).toBeGreaterThan(100);
  });

  it('goes no further than to what came after it began', () => {
    const { core, socket } = open();
    const ada = new Pinger(socket);
    core.drainLimit = 1;
    ada.onHeard = () => core.reply(1);
    core.reply(ada.send(1).wire);
    socket.catchUp(STAMP_NS - 1);
    expect(ada.heard.length).toBe(1);
    socket.catchUp(STAMP_NS);
    expect(ada.heard.length).toBeGreaterThan(100);
  });

  it('does nothing where nobody waits for anything, nor on a closed socket', () => {
    const { core, socket } = open();
    socket.catchUp(LATER_NS);
    const ada = new Pinger(socket);
    core.reply(ada.send(1).wire);
    socket.close();
    socket.catchUp(LATER_NS);
    expect(core.drains).toBe(0);
  });
});

describe('the life of a shared socket', () => {
  it('is watched from the first port that is opened to the last that is closed', () => {
    const { core, socket } = open();
    expect(core.watched).toEqual([]);
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    expect(core.watched).toEqual([true]);
    ada.port.close();
    expect(core.watched).toEqual([true]);
    bob.port.close();
    expect(core.watched).toEqual([true, false]);
    const eve = new Pinger(socket, 3);
    expect(core.watched).toEqual([true, false, true]);
    socket.close();
    eve.port.close();
    expect(core.watched, 'nothing is done to what is closed').toEqual([true, false, true]);
  });

  it('does not end before its last port, however often another is closed', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    ada.port.close();
    ada.port.close();
    core.reply(bob.send(1).wire);
    core.wake();
    expect(bob.heard).toHaveLength(1);
  });

  it('tells a closed port nothing: neither late replies nor errors nor stamps', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    const { wire } = ada.send(1);
    ada.port.close();
    core.reply(wire);
    core.error(wire);
    core.stamp(wire);
    core.wake();
    expect([ada.heard, ada.calls, bob.heard, bob.calls]).toEqual([[], 0, [], 0]);
  });

  it('may be closed while somebody is about to be called: nobody is, and nothing is read', async () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    core.reply(bob.send(1).wire);
    for (let index = 0; index < 16; index++) ada.send(index);
    socket.close();
    await eventLoopTurn();
    expect(bob.calls).toBe(0);
    expect({ drains: core.drains, isClosed: core.isClosed }).toEqual({ drains: 1, isClosed: true });
  });

  it('may lose all its ports while somebody is about to be called', async () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    core.reply(bob.send(1).wire);
    for (let index = 0; index < 15; index++) ada.send(index);
    ada.port.close();
    bob.port.close();
    await eventLoopTurn();
    expect([ada.calls, bob.calls]).toEqual([0, 0]);
    expect(core.watched).toEqual([true, false]);
  });
});
