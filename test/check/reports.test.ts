/** What each reporter makes of a made-up report, and that no name of a check can break out of it. */
import { spawnSync } from 'node:child_process';
import { basename, dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { oneLine } from '../../src/check/one-line.ts';
import { formatAnnotations, formatStepSummary } from '../../src/check/report/github-text.ts';
import { formatHtml } from '../../src/check/report/html-text.ts';
import { formatJsonReport } from '../../src/check/report/json.ts';
import { formatJunit } from '../../src/check/report/junit-text.ts';
import { formatNagios } from '../../src/check/report/nagios-text.ts';
import { formatPretty } from '../../src/check/report/pretty-text.ts';
import { formatPrometheus } from '../../src/check/report/prometheus-text.ts';
import { formatTap } from '../../src/check/report/tap-text.ts';
import { formatElapsed } from '../../src/check/report/words.ts';
import { withinWorkspace } from '../../src/check/report/workspace.ts';
import { escapeLine } from '../../src/check/report/xml.ts';
import { HOSTILE, HOSTILE_REPORT, madeUpResult, REPORT } from './made-up-report.ts';
import { madeUpCheck } from './support.ts';

describe.each([
  ['pretty.txt', formatPretty],
  ['junit.txt', formatJunit],
  ['github.txt', formatAnnotations],
  ['step-summary.txt', formatStepSummary],
  ['tap.txt', formatTap],
  ['nagios.txt', formatNagios],
  ['prometheus.txt', formatPrometheus],
  ['json.txt', formatJsonReport],
  ['html.txt', formatHtml],
] as const)('%s', (name, format) => {
  it('is what it was', async () => {
    await expect(format(REPORT)).toMatchFileSnapshot(`golden/${name}`);
  });

  it('holds no control character but its own line ends, whatever names there are', () => {
    expect(format(HOSTILE_REPORT)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });
});

describe('the lines for a reader', () => {
  it.each([
    ['icmp', '(1.3 s)'],
    ['udp', '(by udp, 1.3 s)'],
    ['tcp', '(by tcp, 1.3 s)'],
    [null, '(1.3 s)'],
  ])('say by which method a host was asked where it is not ICMP: %s', (method, aside) => {
    expect(formatPretty({ ...REPORT, results: [madeUpResult(madeUpCheck(), { method })] })).toContain(aside);
  });
});

function xmllint(xml: string): string {
  const ran = spawnSync('xmllint', ['--noout', '--schema', `${import.meta.dirname}/junit.xsd`, '-'], {
    input: xml,
    encoding: 'utf8',
  });
  if (ran.error !== undefined)
    throw new Error(`xmllint is missing (Debian: apt-get install libxml2-utils): ${ran.error}`);
  return ran.status === 0 ? '' : ran.stderr;
}

function queryXml(xml: string, path: string): string {
  return spawnSync('xmllint', ['--xpath', path, '-'], { input: xml, encoding: 'utf8' }).stdout.replace(/\n$/, '');
}

describe('JUnit XML', () => {
  it.each([
    ['of all there is', REPORT],
    ['of hostile names', HOSTILE_REPORT],
    ['of nothing', { ...REPORT, results: [] }],
    ['of an unnamed host', { ...REPORT, host: '' }],
    ['of a day', { ...REPORT, elapsedMs: 86_400_000.5 }],
  ])('%s is valid by the common schema', (_what, report) => {
    expect(xmllint(formatJunit(report))).toBe('');
  });

  it('is not valid by it when something is wrong: the schema can say no', () => {
    expect(xmllint(formatJunit(REPORT).replace(' id="0"', ''))).toContain("attribute 'id' is required");
    expect(xmllint(formatJunit(REPORT).replace('<skipped/>', '<skipped/><skipped/>'))).not.toBe('');
  });

  it('counts what it holds', () => {
    const xml = formatJunit(REPORT);
    for (const [attribute, element] of [
      ['tests', 'testcase'],
      ['failures', 'failure'],
      ['errors', 'error'],
      ['skipped', 'skipped'],
    ]) {
      expect(queryXml(xml, `string(//testsuite/@${attribute})`)).toBe(queryXml(xml, `count(//${element})`));
    }
  });

  it('says target and requirement in the name, and target, measured and required value in the body', () => {
    const xml = formatJunit(REPORT);
    expect(queryXml(xml, 'string(//testcase[2]/@name)')).toBe('vpn mtu: path vpn.example: pmtu >= 1420');
    expect(queryXml(xml, 'string(//testcase[2]/failure/@message)')).toBe('pmtu = 1380, required >= 1420');
    expect(queryXml(xml, 'string(//testcase[2]/failure)')).toBe(
      'target: path vpn.example (10.8.0.1)\nfails: pmtu = 1380, required >= 1420\n3 tries\nsonde.yaml:5',
    );
  });
});

describe('annotations', () => {
  it('are one line each, whatever is in them', () => {
    const lines = formatAnnotations(HOSTILE_REPORT).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^::error file=[^,:\r\n]*,line=1,col=2,title=[^,:\r\n]*::/);
    // Behind the first `::` nothing can begin a second command: only a line that starts with it is one.
    expect(lines[1]).not.toMatch(/^\s*::/);
  });

  it('have no text that GitHub would read as something else', () => {
    const check = madeUpCheck({ name: '50%0A::error::', target: '100%25' });
    const result = madeUpResult(check, { status: 'failed', reason: 'loss = 5 %' });
    expect(formatAnnotations({ ...REPORT, results: [result] }).split('\n')[0]).toMatch(
      /,title=50%250A%3A%3Aerror%3A%3A%3A failed::ping 100%2525: loss = 5 %25$/,
    );
  });
});

describe('labels for Prometheus', () => {
  it('end where they end, whatever is in them', () => {
    const label = /[a-z]+="(?:[^"\\]|\\["\\])*"/.source;
    const sample = new RegExp(`^[a-z_0-9]+(?:\\{${label}(?:,${label})*\\})? [-+.e0-9A-Za-z]+$`);
    const samples = formatPrometheus(HOSTILE_REPORT).split('\n').slice(0, -1);
    for (const line of samples.filter((each) => !each.startsWith('# '))) expect(line).toMatch(sample);
  });
});

describe('a text out of the file or from the network', () => {
  it('stays on its line, and turns no text around it', () => {
    expect(oneLine('a\u202eb\u2066c\u2028d')).toBe('a\\u202eb\\u2066c\\u2028d');
  });

  it('is XML in any case: halves of surrogate pairs are shown by their numbers', () => {
    expect(escapeLine('a\udc00b\ud800c\u{1f6f0}"\'')).toBe('a\\udc00b\\ud800c\u{1f6f0}&quot;&#39;');
  });
});

describe('how long a run took', () => {
  it.each([
    [999, '999 ms'],
    [1000, '1.0 s'],
    [59_900, '59.9 s'],
    [60_000, '1 m 0 s'],
    [250_000, '4 m 10 s'],
  ])('of %d ms is said as %s', (ms, text) => {
    expect(formatElapsed(ms)).toBe(text);
  });
});

describe('annotations within a workspace', () => {
  const fileOf = (file: string, workspace: string) => {
    const check = madeUpCheck({ place: { file, line: 4, column: 3 } });
    const report = { ...REPORT, results: [madeUpResult(check, { status: 'failed' })] };
    return /file=([^,]*),/.exec(formatAnnotations(withinWorkspace(report, workspace)))![1];
  };

  it('name files from its root on, whatever folder the command runs in', () => {
    const root = dirname(process.cwd());
    const here = basename(process.cwd());
    expect(fileOf('sonde.yaml', root)).toBe(`${here}/sonde.yaml`);
    expect(fileOf(resolve('net/vpn.yaml'), root)).toBe(`${here}/net/vpn.yaml`);
  });

  it('leave the name of a file that is not in it', () => {
    expect(fileOf('/etc/sonde.yaml', '/home/runner')).toBe('/etc/sonde.yaml');
    expect(fileOf('-', process.cwd())).toBe('-');
  });
});

describe('the step summary', () => {
  it('has a row of five cells for each check, whatever is in them', () => {
    const rows = formatStepSummary(HOSTILE_REPORT)
      .split('\n')
      .filter((line) => line.startsWith('| '));
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row.split('|')).toHaveLength(7);
    expect(rows[2]).not.toMatch(/<|\[|`/);
  });

  it('of very many checks is cut, with what failed first', () => {
    const many = Array.from({ length: 600 }, (_, n) =>
      madeUpResult(madeUpCheck({ name: `c${n}` }), { status: n === 599 ? 'failed' : 'passed' }),
    );
    const summary = formatStepSummary({ ...REPORT, results: many });
    expect(summary).toContain('… and 100 more.');
    expect(summary.split('\n')[4]).toContain('c599');
  });
});

describe('TAP', () => {
  it('has its version, its plan and one point for each check, numbered', () => {
    const lines = formatTap(REPORT).split('\n');
    expect(lines.slice(0, 2)).toEqual(['TAP version 13', '1..5']);
    const points = lines.filter((line) => /^(not )?ok /.test(line));
    expect(points.map((line) => /^(?:not )?ok (\d+) - /.exec(line)?.[1])).toEqual(['1', '2', '3', '4', '5']);
    expect(points.filter((line) => line.startsWith('not ok'))).toHaveLength(3);
    expect(points[4]).toMatch(/ # SKIP interrupted$/);
  });

  it('has diagnostics that YAML reads, and no hostile name gets out of its string', () => {
    const lines = formatTap(HOSTILE_REPORT).split('\n');
    const block = lines.slice(lines.indexOf('  ---') + 1, lines.indexOf('  ...')).join('\n');
    const diagnostics = parse(block);
    expect(diagnostics.target).toBe(HOSTILE);
    expect(diagnostics.findings).toEqual([{ condition: HOSTILE, holds: false, measured: HOSTILE }]);
    expect(lines.filter((line) => /^(not )?ok\b/.test(line))).toHaveLength(1);
    // No directive may be smuggled in: every # of a name is escaped.
    expect(lines[2]).not.toMatch(/(?<!\\)#/);
  });
});

describe('Nagios', () => {
  it('is one line with one bar, and figures in the form of performance data', () => {
    for (const report of [REPORT, HOSTILE_REPORT]) {
      const text = formatNagios(report);
      expect(text.match(/\n/g)).toHaveLength(1);
      expect(text.match(/\|/g)).toHaveLength(1);
      const performance = text.trimEnd().split(' | ')[1]!;
      const figure = /(?:'(?:[^'=]|'')+'|[a-z_]+)=-?[0-9]+(?:\.[0-9]+)?(?:s|%)?(?:;;;0)?/;
      expect(performance).toMatch(new RegExp(`^${figure.source}( ${figure.source})*$`));
    }
  });

  it.each([
    ['passed', 'OK'],
    ['failed', 'WARNING'],
    ['unknown', 'UNKNOWN'],
    ['not-run', 'UNKNOWN'],
  ] as const)('of a check that is %s says %s', (status, word) => {
    expect(formatNagios({ ...REPORT, results: [madeUpResult(madeUpCheck(), { status })] })).toMatch(
      new RegExp(`^SONDE ${word} - `),
    );
  });

  it('says WARNING of what is unknown where that ends with the exit status of a failure', () => {
    const results = [madeUpResult(madeUpCheck(), { status: 'unknown' })];
    expect(formatNagios({ ...REPORT, results, failOnUnknown: true })).toMatch(/^SONDE WARNING - /);
    expect(formatNagios({ ...REPORT, results: [], failOnUnknown: true })).toMatch(/^SONDE OK - /);
  });
});

describe('JSON lines', () => {
  it('give every name back as it was', () => {
    const [line] = formatJsonReport(HOSTILE_REPORT).split('\n');
    expect(JSON.parse(line!)).toMatchObject({ name: HOSTILE, target: HOSTILE, file: HOSTILE, tags: [HOSTILE] });
  });

  it('have null for a lost probe', () => {
    expect(JSON.parse(formatJsonReport(REPORT).split('\n')[2]!).rtt_ns).toEqual([null, null, 4_000_000, null]);
  });
});

describe('HTML', () => {
  it('lets no name become an element, an attribute or a script', () => {
    const html = formatHtml(HOSTILE_REPORT);
    expect(html.match(/<script/g)).toBeNull();
    const tags = new Set([...html.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag));
    expect([...tags].sort()).toEqual([
      ...'article body circle code div figcaption figure h1 h2 head header html li main meta ol p path span style svg table tbody td text th thead title tr ul'.split(
        ' ',
      ),
    ]);
    expect(html).not.toMatch(/ on[a-z]+=/);
  });

  it('loads nothing from anywhere', () => {
    expect(formatHtml(REPORT)).not.toMatch(/https?:|src=|href=|@import|url\(/);
  });
});
