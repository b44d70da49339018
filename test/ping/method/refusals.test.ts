import { expect, it } from 'vitest';
import { checkMethod, refusedBy } from '../../../src/ping/method/refusals.ts';
import { type PingOptions, parsePing } from '../../../src/ping/options.ts';

function optionsOf(line: string): PingOptions {
  const environment = { commandName: 'ping', isRoot: true, posixlyCorrect: false, pointerLookup: undefined };
  const parsed = parsePing(line.split(' '), environment);
  if (parsed.action !== 'run') throw new Error(`${line}: ${JSON.stringify(parsed)}`);
  return parsed.options;
}

const NEITHER = ['-A', '-b', '-C', '-d', '-e 7', '-f', '-F 5', '-L', '-m 1', '-N name', '-R', '-T tsonly'];
const NOT_TCP = ['-s 57', '-p ff', '-M do', '-S 1000'];
const BOTH = [
  '-a',
  '-B',
  '-c 1',
  '-D',
  '-i 2',
  '-I lo',
  '-j',
  '-l 2',
  '-n',
  '-O',
  '-q',
  '-Q 1',
  '-r',
  '-t 5',
  '-U',
  '-v',
  '-w 1',
  '-W 1',
]; // prettier-ignore

it.each(NEITHER)('neither UDP nor TCP can do %s, and ICMP can', (option) => {
  expect(refusedBy('udp', optionsOf(`${option} host`))).toHaveLength(1);
  expect(refusedBy('tcp', optionsOf(`${option} host`))).toHaveLength(1);
  expect(refusedBy('icmp', optionsOf(`${option} host`))).toEqual([]);
});

it.each(NOT_TCP)('TCP cannot do %s, and UDP can', (option) => {
  expect(refusedBy('tcp', optionsOf(`${option} host`))).toHaveLength(1);
  expect(refusedBy('udp', optionsOf(`${option} host`))).toEqual([]);
});

it.each(BOTH)('UDP and TCP can do %s', (option) => {
  expect(refusedBy('udp', optionsOf(`${option} host`))).toEqual([]);
  expect(refusedBy('tcp', optionsOf(`${option} host`))).toEqual([]);
});

it('names all that is refused at once, with letters and long names', () => {
  expect(() => checkMethod(optionsOf('--method tcp -s 100 hop host'))).toThrow(
    '--method tcp cannot do: <hop>, -s (--size)',
  );
});

it('refuses a port without a method that has ports, and nothing for auto', () => {
  expect(() => checkMethod(optionsOf('--port 7 host'))).toThrow('--port needs --method udp, tcp or auto');
  expect(() => checkMethod(optionsOf('--method auto --port 7 -s 100 -R host'))).not.toThrow();
});
