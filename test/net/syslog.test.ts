/** Lines to a log daemon that we play ourselves, on a socket of our own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AF_UNIX, SOCK_DGRAM } from '../../src/net/constants.ts';
import { MessageBatch } from '../../src/net/message-batch.ts';
import { loadNative, type NativeHandle } from '../../src/net/native.ts';
import { LITTLE_ENDIAN } from '../../src/net/sockaddr.ts';
import { formatSyslog, Syslog } from '../../src/net/syslog.ts';

const addon = loadNative();
const AT = new Date(2026, 10, 2, 14, 3, 9);

describe('the system log', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sonde-syslog-'));
    path = join(folder, 'log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function listen(): NativeHandle {
    const address = Buffer.alloc(110);
    address.writeUInt8(AF_UNIX, LITTLE_ENDIAN ? 0 : 1);
    address.write(path, 2);
    const socket = addon.open(AF_UNIX, SOCK_DGRAM, 0);
    addon.bind(socket, address);
    return socket;
  }

  function read(socket: NativeHandle): string | null {
    const batch = new MessageBatch(addon, 1, 4096);
    return addon.receive(socket, batch.native) > 0 ? Buffer.from(batch.data(0)).toString() : null;
  }

  it('gets lines as libc writes them: priority, local time, ident and process', () => {
    expect(formatSyslog('in.rdiscd', 42, 'text', AT)).toBe('<30>Nov  2 14:03:09 in.rdiscd[42]: text');
    const daemon = listen();
    const log = new Syslog(addon, 'in.rdiscd', path);
    log.write('one', AT);
    log.write('two', AT);
    expect([read(daemon), read(daemon), read(daemon)]).toEqual([
      `<30>Nov  2 14:03:09 in.rdiscd[${process.pid}]: one`,
      `<30>Nov  2 14:03:09 in.rdiscd[${process.pid}]: two`,
      null,
    ]);
    log.close();
    addon.close(daemon);
  });

  it('cuts a line at 1024 octets', () => {
    const daemon = listen();
    const log = new Syslog(addon, 'in.rdiscd', path);
    log.write('x'.repeat(5000), AT);
    expect(read(daemon)).toHaveLength(1024);
    log.close();
    addon.close(daemon);
  });

  it('is found again after its daemon was restarted, and loses lines while there is none', () => {
    const first = listen();
    const log = new Syslog(addon, 'in.rdiscd', path);
    addon.close(first);
    rmSync(path);
    log.write('lost', AT);
    const second = listen();
    log.write('kept', AT);
    expect(read(second)).toContain('kept');
    log.close();
    addon.close(second);
  });

  it('is refused where nobody listens, by the errno', () => {
    expect(() => new Syslog(addon, 'in.rdiscd', path)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(() => new Syslog(addon, 'in.rdiscd', '/'.padEnd(200, 'x'))).toThrow(RangeError);
  });
});
