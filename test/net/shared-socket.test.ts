import { describe, expect, it } from 'vitest';
import {
  address,
  EHOSTUNREACH,
  errorOf,
  eventLoopTurn,
  HEADER,
  message,
  OCTETS,
  open,
  Pinger,
  packetOf,
  ROOM,
} from './shared-socket-fake.ts';

const ENETUNREACH = 101;

describe('sending on a shared socket', () => {
  it('goes to the target of each port, under the number on the wire', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    const wires = [ada.send(1), bob.send(1, true), ada.send(2)].map(({ wire }) => wire);
    expect(wires).toEqual([1, 2, 3]);
    expect(core.sent.map(({ to, token, confirm }) => [to, token, confirm])).toEqual([
      [1, 1, false],
      [2, 2, true],
      [1, 3, false],
    ]);
    expect(core.sent[1]!.message).toBe(Buffer.from(message(2)).toString('hex'));
  });

  it('tries again a send that was refused, having read what the refusal may have been about', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    const { wire } = bob.send(1);
    core.error(wire);
    core.refusals.push(EHOSTUNREACH);
    expect(ada.send(1).errno).toBe(0);
    expect(core.sent.map(({ to }) => to)).toEqual([2, 1]);
    expect(bob.heard).toEqual([`error ${wire}`]);
    expect(ada.heard).toEqual([]);
  });

  it('calls a port that was told of its error by the refusal of the send of another', async () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    core.error(bob.send(1).wire);
    core.refusals.push(EHOSTUNREACH);
    ada.send(1);
    await eventLoopTurn();
    expect(bob.calls).toBe(1);
  });

  it('takes a refusal that comes twice for one of this send', () => {
    const { core, socket } = open();
    core.refusals.push(EHOSTUNREACH, ENETUNREACH);
    const ada = new Pinger(socket, 1);
    expect(ada.send(1).errno).toBe(ENETUNREACH);
    expect(core.sent).toEqual([]);
    expect(ada.send(2).errno).toBe(0);
  });

  it('writes the message anew for the second try, whatever was sent in between', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    core.reply(bob.send(1).wire);
    bob.onHeard = () => bob.send(2);
    core.refusals.push(EHOSTUNREACH);
    const { wire } = ada.send(7);
    expect(core.sent.at(-1)).toMatchObject({ to: 1, token: wire, message: Buffer.from(message(wire)).toString('hex') });
  });

  it('reads the socket after every sixteen sends, before the next one, of whichever ports', () => {
    const { core, socket } = open();
    const pingers = Array.from({ length: 4 }, (_, index) => new Pinger(socket, index));
    const drains = Array.from({ length: 48 }, (_, index) => {
      pingers[index % 4]!.send(index);
      return core.drains;
    });
    expect(drains).toEqual([...Array(16).fill(0), ...Array(16).fill(1), ...Array(16).fill(2)]);
  });

  it('tells nobody of a reply to a probe before its sender knows that it has left', () => {
    const { core, socket } = open();
    const ada = new Pinger(socket);
    core.onSend = ({ token }) => core.reply(token);
    const heard = Array.from({ length: 40 }, (_, index) => {
      ada.send(index);
      return ada.heard.length;
    });
    for (const [index, count] of heard.entries()) expect(count, `at send ${index}`).toBeLessThanOrEqual(index);
    expect(heard.at(-1)).toBe(32);
  });

  it('counts sixteen from the last time that it was read', () => {
    const { core, socket } = open();
    const ada = new Pinger(socket);
    for (let index = 0; index < 10; index++) ada.send(index);
    core.wake();
    for (let index = 0; index < 16; index++) ada.send(index);
    expect(core.drains).toBe(1);
    ada.send(99);
    expect(core.drains).toBe(2);
  });

  it('calls whoever was told of something meanwhile, after the sender has finished', async () => {
    const { core, socket } = open();
    const [ada, bob, eve] = [new Pinger(socket, 1), new Pinger(socket, 2), new Pinger(socket, 3)];
    core.reply(bob.send(1).wire);
    for (let index = 0; index < 16; index++) ada.send(index);
    expect(bob.heard).toEqual(['packet 1 of 16']);
    expect(bob.calls).toBe(0);
    await eventLoopTurn();
    expect([ada.calls, bob.calls, eve.calls]).toEqual([0, 1, 0]);
    await eventLoopTurn();
    expect(bob.calls).toBe(1);
    // And so the next time.
    core.reply(bob.send(2).wire);
    for (let index = 0; index < 16; index++) ada.send(100 + index);
    await eventLoopTurn();
    expect([bob.heard.length, bob.calls]).toEqual([2, 2]);
  });

  it('takes no message that its socket has no room for', () => {
    const { core, socket } = open();
    expect(() => socket.open(address(1), ROOM + 1)).toThrow(RangeError);
    expect(core.watched).toEqual([]);
    expect(socket.open(address(1), ROOM).outgoing).toHaveLength(ROOM);
  });
});

describe('what comes to a shared socket', () => {
  it('is told to whoever sent that number, and to nobody else', () => {
    const { core, socket } = open();
    const pingers = Array.from({ length: 50 }, (_, index) => new Pinger(socket, index));
    const wires = pingers.map((pinger) => pinger.send(1).wire);
    for (const wire of [...wires].reverse()) {
      core.reply(wire);
      core.error(wire);
    }
    core.wake();
    for (const [index, { heard, calls }] of pingers.entries()) {
      expect(heard).toEqual([`packet ${wires[index]} of 16`, `error ${wires[index]}`]);
      expect(calls).toBe(1);
    }
  });

  it('brings transmit stamps under the number that the port itself uses', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    ada.send(1);
    const { wire } = bob.send(4711);
    core.stamp(wire);
    core.wake();
    expect(bob.heard).toEqual(['stamp 4711 5']);
    expect(ada.heard).toEqual([]);
  });

  it('goes to the new owner of a number, 65,536 probes later', () => {
    const { core, socket } = open();
    const [ada, bob] = [new Pinger(socket, 1), new Pinger(socket, 2)];
    const { wire } = ada.send(1);
    for (let index = 0; index < 65_535; index++) bob.port.enter(index);
    core.reply(wire);
    core.wake();
    expect(ada.heard).toHaveLength(1);
    expect(bob.send(2).wire).toBe(wire);
    core.reply(wire);
    core.wake();
    expect(ada.heard).toHaveLength(1);
    expect(bob.heard).toEqual([`packet ${wire} of 16`]);
    expect([ada.port.find(wire), bob.port.find(wire)?.sequence]).toEqual([null, 2]);
  });

  it.each([0, 4, 7])('is left where %d octets cannot hold a number', (octets) => {
    const { core, socket } = open();
    const ada = new Pinger(socket);
    ada.send(1);
    const cut = message(1).subarray(0, octets);
    core.waiting.push((handler) => {
      handler.packet(packetOf(cut));
      handler.queuedError(errorOf(cut));
    });
    core.wake();
    expect({ heard: ada.heard, calls: ada.calls }).toEqual({ heard: [], calls: 0 });
  });

  it('is told when a number is all that came', () => {
    const { core, socket } = open();
    const ada = new Pinger(socket);
    ada.send(1);
    core.waiting.push((handler) => handler.packet(packetOf(message(1, HEADER))));
    core.wake();
    expect(ada.heard).toEqual(['packet 1 of 8']);
  });

  it('is nobody’s under a number that was never given out', () => {
    const { core, socket } = open();
    const ada = new Pinger(socket);
    ada.send(1);
    for (const number of [0, 2, 65_535]) {
      core.reply(number);
      core.error(number);
      core.stamp(number);
    }
    core.wake();
    expect({ heard: ada.heard, calls: ada.calls }).toEqual({ heard: [], calls: 0 });
  });

  it('waits for a port that has not drained yet to have a handler: it is not told, and nothing breaks', () => {
    const { core, socket } = open();
    const port = socket.open(address(1), OCTETS);
    core.reply(port.enter(1).wireSequence);
    core.wake();
    expect(core.waiting).toEqual([]);
  });
});
