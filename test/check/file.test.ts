/** Check files: what they may hold, and what is said, and where, about what they may not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckFolder, EXAMPLE } from './support.ts';

let folder: CheckFolder;
beforeAll(() => {
  folder = new CheckFolder();
});
afterAll(() => folder.remove());

describe('a check file', () => {
  it('holds what the example of the issue holds', () => {
    const checks = folder.checks(EXAMPLE);
    expect(
      checks.map(({ name, kind, target, expect: expected, assertions }) => [
        name,
        kind,
        target,
        expected,
        assertions.map(({ condition }) => condition.text),
      ]),
    ).toEqual([
      ['gateway', 'ping', '10.0.0.1', null, ['loss == 0%', 'p95 < 5ms', 'jitter.rfc3550 < 2ms']],
      ['vpn mtu', 'path', '10.8.0.1', null, ['pmtu >= 1420', 'hops <= 6']],
      ['clock', 'clock', 'db1', null, ['abs(offset) < 5ms']],
      ['one owner', 'arp', '10.0.0.7', null, ['macs == 1']],
      ['router', 'routers', 'eth0', null, ['count >= 1']],
      ['dmz closed', 'ping', '10.9.0.1', 'unreachable', []],
      ['api port', 'tcp', 'api.internal:443', null, ['connect < 100ms']],
      ['names', 'dns', 'api.internal', null, ['addresses >= 1']],
    ]);
    expect(checks[0]).toMatchObject({ count: 10, intervalMs: 100, timeoutMs: 2000, method: 'auto' });
    expect(checks[0]!.place).toMatchObject({ line: 4, column: 3 });
    expect(checks[0]!.assertions[1]!.place).toMatchObject({ line: 4, column: 57 });
    expect(checks[6]).toMatchObject({ host: 'api.internal', port: 443, count: 10 });
  });

  it('has defaults of its own where nobody says anything', () => {
    const checks = folder.checks(`version: 1
checks:
  a: { ping: h }
  b: { path: h }
  c: { clock: h }
  d: { arp: h }
  e: { tcp: 'h:1' }
  f: { dns: h }
`);
    const backoff = { backoffMs: 1000, retries: null, deadlineMs: null, expect: 'reachable', tags: [] };
    expect(checks).toMatchObject([
      { ...backoff, count: 5, intervalMs: 200, timeoutMs: 2000, method: 'auto', port: null, size: null, ttl: null },
      { ...backoff, maxHops: 30, port: null },
      { ...backoff, count: 50 },
      { ...backoff, count: 3, intervalMs: 200, device: null },
      { ...backoff, expect: 'open', count: 1, intervalMs: 200, timeoutMs: 2000 },
      { ...backoff, expect: 'resolvable', timeoutMs: 2000 },
    ]);
  });

  it('takes defaults where a check says nothing, and only those that its kind knows', () => {
    const [a, b] = folder.checks(`version: 1
defaults: { count: 3, ttl: 9, tags: [all], retries: 2, backoff: 500ms, max-hops: 5 }
checks:
  a: { ping: h, count: 4, tags: [own] }
  b: { dns: h }
`);
    expect(a).toMatchObject({ count: 4, ttl: 9, tags: ['own'], retries: 2, backoffMs: 500 });
    expect(b).toMatchObject({ kind: 'dns', tags: ['all'], retries: 2 });
    expect(b).not.toHaveProperty('count');
  });

  it('passes over a default that says nothing to the method of a check', () => {
    const [a, b] = folder.checks(`version: 1
defaults: { method: tcp, port: 443, size: 100 }
checks:
  a: { ping: h }
  b: { ping: h, method: icmp }
`);
    expect(a).toMatchObject({ method: 'tcp', port: 443, size: null });
    expect(b).toMatchObject({ method: 'icmp', port: null, size: 100 });
    expect(folder.complaint('version: 1\nchecks: { a: { ping: h, method: icmp, port: 4 } }\n')).toContain(
      ':2:45: port is nothing for method icmp',
    );
  });

  it('names a check as it is written, also where that looks like a number', () => {
    const checks = folder.checks(`version: 1
checks:
  007: { ping: h }
  1.0: { ping: h }
  1: { ping: h }
  null: { ping: h }
`);
    expect(checks.map(({ name }) => name)).toEqual(['007', '1.0', '1', 'null']);
  });

  it('has carets below their place behind characters of two columns and of none', () => {
    const lines = folder.complaint('version: 1\nchecks:\n  網路e\u0301👍🏽: { ping: g, cuont: 3 }\n').split('\n');
    // Two ideographs take four columns, a letter and its accent one, an emoji and its colour two.
    expect(lines[2]).toBe(`   | ${' '.repeat(2 + 4 + 1 + 2 + ': { ping: g, '.length)}^^^^^`);
  });

  it('expects somebody to be there where it has no conditions, and nothing where it has', () => {
    const checks = folder.checks(`version: 1
checks:
  a: { ping: h }
  b: { tcp: 'h:1' }
  c: { dns: h }
  d: { ping: h, assert: 'loss < 50%' }
  e: { tcp: '[fd00::1]:22', expect: closed }
`);
    expect(checks.map((check) => check.expect)).toEqual(['reachable', 'open', 'resolvable', null, 'closed']);
    expect(checks[4]).toMatchObject({ host: 'fd00::1', port: 22 });
  });

  it('may have any names for its checks', () => {
    const names = ['__proto__', 'constructor', 'toString', 'ünïcode 🛰', '1', 'true', 'null'];
    const checks = folder.checks(`version: 1\nchecks:\n${names.map((name) => `  ${name}: { ping: h }\n`).join('')}`);
    expect(checks.map(({ name }) => name)).toEqual(names);
  });

  it('may use anchors and aliases', () => {
    const [, b] = folder.checks(`version: 1
checks:
  a: { ping: h, assert: &common ['loss == 0%'] }
  b: { ping: g, assert: *common }
`);
    expect(b!.assertions.map(({ condition }) => condition.text)).toEqual(['loss == 0%']);
  });
});

describe('variables in a check file', () => {
  it('stand in values, with defaults as in a shell, and are numbers where nothing quotes them', () => {
    const [check] = folder.checks(
      `version: 1
checks:
  a:
    ping: \${HOST}.example
    count: \${COUNT}
    interval: "\${EMPTY:-50ms}"
    tags: ['\${UNSET:-x}', '$\${HOST}']
`,
      { HOST: 'db', COUNT: '7', EMPTY: '' },
    );
    expect(check).toMatchObject({ target: 'db.example', count: 7, intervalMs: 50, tags: ['x', `\${HOST}`] });
  });

  it('cannot bring in anything but a text', () => {
    const [check] = folder.checks(`version: 1\nchecks:\n  a:\n    ping: \${HOST}\n`, {
      HOST: 'h, count: 3 }\n  b: { ping: x',
    });
    expect(check).toMatchObject({ target: 'h, count: 3 }\n  b: { ping: x', count: 5 });
  });

  it.each([
    [`ping: \${HOST}`, /^sonde.yaml:4:11: the variable HOST is not set\n 4 \| {5}ping: \$\{HOST\}\n {3}\| {11}\^{7}\n/],
    [`ping: a-\${1}`, /:4:13: half a variable/],
    [`ping: \${A`, /:4:11: half a variable/],
    [`count: '\${N}'\n    ping: h`, /:4:12: 'count' must be a whole number/],
  ])('are refused at their place: %s', (line, pattern) => {
    expect(folder.complaint(`version: 1\nchecks:\n  a:\n    ${line}\n`, { N: '3' })).toMatch(pattern);
  });
});

describe('includes', () => {
  it('are read from where the file is, in their place, with the defaults of who includes them', () => {
    folder.write(
      'sub/one.yaml',
      'version: 1\ninclude: [../two.yaml]\ndefaults: { count: 2 }\nchecks: { one: { ping: a } }\n',
    );
    folder.write('two.yaml', 'version: 1\nchecks: { two: { ping: b, size: 8 } }\n');
    const checks = folder.checks(`version: 1
include: [sub/one.yaml]
defaults: { count: 9, size: 100 }
checks: { own: { ping: c } }
`);
    expect(checks.map((check) => check.kind === 'ping' && [check.name, check.count, check.size])).toEqual([
      ['two', 2, 8],
      ['one', 2, 100],
      ['own', 9, 100],
    ]);
    expect(checks[0]!.place.file).toBe(`${folder.path}/two.yaml`);
  });

  it('that go in a circle are refused where the circle closes', () => {
    folder.write('a.yaml', 'version: 1\ninclude: [b.yaml]\n');
    folder.write('b.yaml', 'version: 1\ninclude:\n  - ./sub/../a.yaml\n');
    expect(folder.load('a.yaml')).toBe(
      `b.yaml:3:5: this file includes itself: a.yaml > b.yaml > a.yaml\n 3 |   - ./sub/../a.yaml\n   |     ^^^^^^^^^^^^^^^\n`,
    );
  });

  it.each([
    ['none.yaml', 'No such file or directory'],
    ['.', 'this is no regular file'],
    ['/dev/zero', 'this is no regular file'],
  ])('of what cannot be read are refused at their place: %s', (name, reason) => {
    const complaint = folder.complaint(`version: 1\ninclude:\n  - ${name}\n`);
    expect(complaint).toMatch(/^sonde.yaml:3:5: /);
    expect(complaint).toContain(reason);
  });

  it('of a check by a name that is there already are refused, with the place of the first one', () => {
    folder.write('two.yaml', 'version: 1\nchecks: { twice: { ping: b } }\n');
    expect(folder.complaint('version: 1\ninclude: [two.yaml]\nchecks:\n  twice: { ping: h }\n')).toBe(
      `sonde.yaml:4:3: a check named 'twice' is there already\n 4 |   twice: { ping: h }\n   |   ^^^^^\nthe first one is at two.yaml:2:11\n`,
    );
  });
});

describe('what is wrong', () => {
  const inCheck = (body: string) => `version: 1\nchecks:\n  a: ${body}\n`;

  it('is shown with file, line, column, the line and a caret', () => {
    expect(folder.complaint(inCheck("{ ping: h, assert: ['loss < 5'] }")).split('\n').slice(1, 3)).toEqual([
      " 3 |   a: { ping: h, assert: ['loss < 5'] }",
      '   |                                  ^',
    ]);
  });

  it.each([
    [inCheck('{ pingg: h }'), /:3:8: 'a' is of no kind.*\n.*\n.*\ndid you mean 'ping' by 'pingg'\?/],
    [inCheck('{ ping: h, cuont: 3 }'), /:3:17: a ping check has no 'cuont'\n.*\n.*\ndid you mean 'count'\?/],
    [
      inCheck('{ ping: h, port: 3, max-hops: 3 }'),
      /:3:26: a ping check has no 'max-hops'\n.*\n.*\nit takes ping, assert/,
    ],
    [inCheck('{ ping: h, tcp: "h:1" }'), /:3:17: 'a' is of two kinds: ping and tcp/],
    [inCheck('{}'), /:3:3: 'a' is of no kind: it needs one of ping, path, clock, arp, routers, tcp, dns/],
    [inCheck('7'), /:3:6: 'a' must be a map/],
    [inCheck('{ ping: 7 }'), /:3:14: 'ping' must be a text/],
    [inCheck('{ ping: }'), /:3:14: 'ping' must be a text/],
    [inCheck('{ ping: "" }'), /:3:14: 'ping' must not be empty/],
    [inCheck('{ ping: h, count: 0 }'), /:3:24: 'count' must be 1 to 65535/],
    [inCheck('{ ping: h, count: 1.5 }'), /:3:24: 'count' must be a whole number/],
    [inCheck('{ ping: h, interval: 100 }'), /:3:27: 'interval' must be a number with its unit \(us, ms, s, m or h\)/],
    [inCheck('{ ping: h, interval: 100 ms }'), /:3:27: 'interval' must be a number with its unit/],
    [inCheck('{ ping: h, interval: 0s }'), /:3:27: 'interval' must be more than 0s/],
    [inCheck('{ ping: h, timeout: 25h }'), /:3:26: 'timeout' must be more than 0s and no more than 24h/],
    [
      inCheck('{ ping: h, method: icpm }'),
      /:3:25: 'method' must be one of icmp, udp, tcp, auto\n.*\n.*\ndid you mean 'icmp'\?/,
    ],
    [inCheck('{ ping: h, expect: open }'), /:3:25: 'expect' must be one of reachable, unreachable\n/],
    [inCheck('{ ping: h, method: tcp, size: 9 }'), /:3:36: a SYN has no payload/],
    [inCheck('{ ping: h, port: 9, method: icmp }'), /:3:23: port is nothing for method icmp/],
    [inCheck('{ tcp: h }'), /:3:13: 'tcp' must be host:port/],
    [inCheck('{ tcp: "fd00::1:22" }'), /:3:13: 'tcp' must be host:port, an IPv6 address in brackets/],
    [inCheck('{ tcp: "h:70000" }'), /:3:13: the port must be 1 to 65535/],
    [inCheck('{ ping: h, assert: 7 }'), /:3:25: 'assert' must be a condition, or a list of them/],
    [inCheck('{ ping: h, assert: [7] }'), /:3:26: 'assert\[0\]' must be a condition/],
    [inCheck("{ ping: h, assert: ['los < 5%'] }"), /:3:27: condition 'los < 5%': .*\n.*\n {3}\| {27}\^{3}\n.*loss/],
    [inCheck('{ ping: h, assert: "loss\\u0020< 5" }'), /:3:25: condition 'loss < 5'/],
    [inCheck('{ ping: h, tags: [a b] }'), /:3:24: 'tags\[0\]' must be a word without blanks and commas/],
    [inCheck('{ ping: h, tags: a }'), /:3:23: 'tags' must be a list\n/],
    ['version: 2\nchecks: { a: { ping: h } }\n', /:1:10: 'version' must be 1/],
    ['checks: { a: { ping: h } }\n', /:1:1: the file needs 'version'/],
    ['version: 1\n', /:1:1: the file needs 'checks'/],
    ['version: 1\nchecks: {}\n', /:2:9: 'checks' must not be empty/],
    ['version: 1\nchecks: []\n', /:2:9: 'checks' must be a map/],
    ['version: 1\nchekcs: {}\n', /:2:1: a check file has no 'chekcs'\n.*\n.*\ndid you mean 'checks'\?/],
    [
      'version: 1\ndefaults: { cuont: 1 }\nchecks: { a: { ping: h } }\n',
      /:2:13: 'defaults' has no 'cuont'\n.*\n.*\ndid you mean 'count'\?/,
    ],
    ['version: 1\ninclude: two.yaml\n', /:2:10: 'include' must be a list/],
    ['version: 1\ninclude: []\n', /:2:10: 'include' must not be empty/],
    ['version: 1\nchecks:\n  "": { ping: h }\n', /:3:3: the name of a check must not be empty\n.*\n {3}\| {3}\^\^\n$/],
    [
      `version: 1\nchecks:\n  ok: { ping: h }\n  ${'n'.repeat(201)}: { ping: h }\n`,
      /:4:3: the name of a check must not be longer than 200 characters/,
    ],
  ])('is said at its place: %j', (text, pattern) => {
    expect(folder.complaint(text)).toMatch(pattern);
  });

  it('is all said at once, in the order of the file', () => {
    const complaint = folder.complaint(`version: 1
checks:
  a: { ping: h, count: many }
  b: { png: h }
  c: { ping: h, assert: [nonsense] }
  d: { ping: h, ttl: 300 }
`);
    expect(complaint.match(/^sonde.yaml:\d+:\d+/gm)).toEqual(['sonde.yaml:3:24', 'sonde.yaml:4:8', 'sonde.yaml:6:22']);
  });
});
