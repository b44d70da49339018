import { expect, it } from 'vitest';
import { PING_OPTIONS } from '../../../src/ping/options.ts';
import { argumentsOf } from '../case.ts';
import { checkTables } from '../tables.ts';
import { SUITES } from './cases/index.ts';
import { PING } from './command.ts';

checkTables(PING, {
  suites: SUITES,
  options: PING_OPTIONS,
  leastCases: 1000,
  leastCommandLines: 500,
  leftOut: { j: '20221126 has no JSON to compare with; test/ping/json.test.ts looks at ours' },
});

it('gives no identifier to two cases of a lab, which might run at once', () => {
  for (const { title, alone, cases } of SUITES) {
    if (alone === true) continue;
    const identifiers = cases.flatMap((oneCase) => {
      const argv = argumentsOf(oneCase);
      const identifier = argv[argv.indexOf('-e') + 1];
      return argv.includes('-e') && identifier !== '0' ? [identifier] : [];
    });
    expect(new Set(identifiers).size, title).toBe(identifiers.length);
  }
});
