/** Random octets for everything that takes octets. What matters is that the process is there to answer at the end. */
import { AF_INET, AF_INET6, IPPROTO_ICMP, IPPROTO_ICMPV6, SOCK_DGRAM, SOCK_RAW } from '../../../src/net/constants.ts';
import { MessageBatch, RECORD_WORDS, WORD } from '../../../src/net/message-batch.ts';
import { loadNative, type NativeHandle } from '../../../src/net/native.ts';
import { runScenario } from './scenario.ts';

const addon = loadNative();

/** xorshift32. */
function randomNumbers(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function randomOctets(next: () => number, maximum: number): Uint8Array {
  const octets = new Uint8Array(next() % (maximum + 1));
  for (let i = 0; i < octets.length; i++) octets[i] = next() >>> 11;
  return octets;
}

/** Octets that begin like an address of a family that the socket knows, so that the kernel reads on. */
function randomSockaddr(next: () => number): Uint8Array {
  const octets = randomOctets(next, 140);
  if (octets.length >= 2 && next() % 4 !== 0) octets.set([[AF_INET, AF_INET6, 0][next() % 3]!, 0]);
  return octets;
}

/** One of each kind, so that random calls meet them all; those refused to the user are left out. */
function openAll(): NativeHandle[] {
  return [
    [AF_INET, SOCK_DGRAM, 0],
    [AF_INET6, SOCK_DGRAM, 0],
    [AF_INET, SOCK_DGRAM, IPPROTO_ICMP],
    [AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6],
    [AF_INET, SOCK_RAW, IPPROTO_ICMP],
    [AF_INET6, SOCK_RAW, IPPROTO_ICMPV6],
    [17, SOCK_RAW, 0],
    [17, SOCK_DGRAM, 0],
  ].flatMap(([domain, type, protocol]) => {
    try {
      return [addon.open(domain!, type!, protocol!)];
    } catch {
      return [];
    }
  });
}

/** Socket options whose random values would outlast the process or stop it; none is memory unsafe. */
const SO_LINGER = 13;
const SOL_SOCKET = 1;

await runScenario({
  calls: ({ seed, count }: { seed: number; count: number }) => {
    Error.stackTraceLimit = 0; // most calls are refused
    const next = randomNumbers(seed);
    const outcomes: Record<string, number> = {};
    let handles: NativeHandle[] = openAll();
    const batches = [1, 2, 64].flatMap((capacity) =>
      [0, 4, 100].map((room) => new MessageBatch(addon, capacity, room)),
    );
    const pick = <T>(list: readonly T[]): T => list[next() % list.length]!;
    const level = () => pick([SOL_SOCKET, 0, 41, 17, 58, 255, 263, 6, next() % 300]);
    const acts: Record<string, () => unknown> = {
      bind: () => addon.bind(pick(handles), randomSockaddr(next)),
      connect: () => addon.connect(pick(handles), randomSockaddr(next)),
      getsockname: () => addon.getsockname(pick(handles)),
      setsockopt: () => {
        const [at, name] = [level(), next() % 128];
        if (at === SOL_SOCKET && name === SO_LINGER) return;
        addon.setsockopt(pick(handles), at, name, next() % 2 === 0 ? next() : randomOctets(next, 300));
      },
      getsockopt: () => addon.getsockopt(pick(handles), level(), next() % 256, randomOctets(next, 300)),
      attachFilter: () => addon.attachFilter(pick(handles), randomOctets(next, 70 * 8)),
      send: () => {
        const batch = pick(batches);
        for (let i = 0; i < batch.capacity * RECORD_WORDS; i++) batch.words[i] = next();
        for (let index = 0; index < batch.capacity; index++) {
          // Mostly lengths that are let through, else nothing else in the record would be looked at.
          if (next() % 8 !== 0) batch.setWord(index, WORD.LENGTH, next() % (batch.dataOctets + 1));
          if (next() % 8 !== 0) batch.setName(index, randomSockaddr(next).subarray(0, 28));
        }
        return addon.send(pick(handles), batch.native, next() % 3, next() % 70, next() % 2 === 0 ? 0 : next());
      },
      receive: () => addon.receive(pick(handles), pick(batches).native),
      receiveErrors: () => addon.receiveErrors(pick(handles), pick(batches).native),
      wait: () => addon.wait(pick(handles), next() % 1000),
      watch: () => addon.watch(pick(handles), next() % 2 === 0 ? null : () => {}),
      getnameinfo: () => addon.getnameinfo(randomSockaddr(next), 1 /* numeric */, () => {}),
      getaddrinfo: () =>
        addon.getaddrinfo(new TextDecoder('latin1').decode(randomOctets(next, 300)), next() % 12, 4, () => {}),
      createBatch: () => addon.createBatch(new ArrayBuffer(next() % 10_000), next() % 2000, next()),
      numbers: () => [addon.strerror(next() | 0), addon.errnoName(next() | 0), addon.terminalColumns(next() | 0)],
      reopen: () => {
        for (const handle of handles) addon.close(handle);
        handles = openAll();
      },
    };
    const weighted = Object.keys(acts).flatMap((name) =>
      Array<string>(/reopen|getaddrinfo|getnameinfo/.test(name) ? 1 : 20).fill(name),
    );
    for (let calls = 0; calls < count; calls++) {
      const name = pick(weighted);
      let outcome = 'ok';
      try {
        const answer = acts[name]!();
        if (typeof answer === 'number' && answer < 0) outcome = 'refused';
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        outcome = 'threw';
      }
      const key = `${name} ${outcome}`;
      outcomes[key] = (outcomes[key] ?? 0) + 1;
    }
    console.log(JSON.stringify(outcomes));
    process.exit(0);
  },

  /** Every option of every level into buffers of several sizes: the octets behind each must stay as they were. */
  getsockoptOverruns: () => {
    Error.stackTraceLimit = 0; // most calls are refused
    const guard = Buffer.alloc(1024, 0xff);
    const overruns: string[] = [];
    let answered = 0;
    for (const handle of openAll()) {
      try {
        // A filter and some memberships, so that there is something to tell.
        const code = new Uint8Array(64 * 8);
        for (let i = 0; i < 64; i++) new DataView(code.buffer).setUint16(i * 8, 0x06, true);
        addon.attachFilter(handle, code);
        addon.setsockopt(handle, 0, 35, Uint8Array.of(224, 0, 0, 251, 127, 0, 0, 1)); // IP_ADD_MEMBERSHIP
      } catch {
        // Not on this kind of socket.
      }
      for (const level of [0, 1, 6, 17, 41, 58, 136, 255, 263]) {
        for (let name = 0; name < 256; name++) {
          for (const octets of [0, 4, 8, 32, 144]) {
            const whole = Buffer.alloc(octets + guard.length, 0xff);
            try {
              const written = addon.getsockopt(handle, level, name, whole.subarray(0, octets));
              answered++;
              if (written > octets && octets > 0) overruns.push(`level ${level} name ${name}: ${written} of ${octets}`);
            } catch {
              // Refused.
            }
            if (guard.compare(whole, octets) !== 0) {
              overruns.push(`level ${level} name ${name}: past ${octets}`);
            }
          }
        }
      }
    }
    return { answered, overruns: [...new Set(overruns)] };
  },
});
