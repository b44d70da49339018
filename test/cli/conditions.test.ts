import { describe, expect, it } from 'vitest';
import {
  CONDITION_OPTIONS,
  type ConditionOptions,
  conditionPieces,
  conditionReaders,
  NO_CONDITIONS,
  toConditionLine,
} from '../../src/cli/conditions.ts';
import { UsageError } from '../../src/cli/errors.ts';
import { Judge } from '../../src/conditions/judge.ts';
import { measured, parse, type Values, WORDS } from '../conditions/support.ts';

const READERS = conditionReaders(WORDS, 3);

function read(...given: readonly ['fail-if' | 'until', string][]): ConditionOptions {
  const options: ConditionOptions = { conditions: NO_CONDITIONS };
  for (const [name, value] of given) READERS[name](options, value);
  return options;
}

describe('--fail-if and --until', () => {
  it('have a reader for each row', () => {
    expect(CONDITION_OPTIONS.map(({ long }) => long)).toEqual(Object.keys(READERS));
  });

  it('are conditions: --fail-if any number, --until the last one', () => {
    const { conditions } = read(
      ['fail-if', 'loss>2%'],
      ['until', 'reached'],
      ['fail-if', 'hops > 3'],
      ['until', 'macs == 1'],
    );
    expect(conditions.failIf.map(({ text }) => text)).toEqual(['loss > 2%', 'hops > 3']);
    expect(conditions.until?.text).toBe('macs == 1');
    expect(NO_CONDITIONS).toEqual({ failIf: [], until: null });
  });

  it("are refused with the place of the mistake and the room's usage status", () => {
    const mistaken = () => read(['until', 'recieved >= 3']);
    expect(mistaken).toThrow(UsageError);
    expect(mistaken).toThrow("--until: unknown word 'recieved'; did you mean 'received'?\n  recieved >= 3\n  ^~~~~~~~");
    expect(mistaken).toThrow(expect.objectContaining({ exitStatus: 3 }));
  });
});

describe('verdicts', () => {
  const verdictsOf = (values: Values, failIf: string) =>
    new Judge({ failIf: [parse(failIf)], until: null }, measured(values)).verdicts();

  it('are told on stderr where a condition failed', () => {
    expect(conditionPieces(verdictsOf({ loss: 1 / 3 }, 'loss > 2%'))).toEqual([
      { stream: 'stderr', text: 'condition failed: loss > 2% (loss = 33.3 %)\n' },
    ]);
    expect(conditionPieces(verdictsOf({ loss: 0 }, 'loss > 2%'))).toEqual([]);
  });

  it('are a line of -j each, whatever came of them', () => {
    expect(verdictsOf({ p95: 61.2e6 }, 'p95>50ms or reached').map(toConditionLine)).toEqual([
      {
        type: 'condition',
        role: 'fail-if',
        text: 'p95 > 50ms or reached',
        holds: true,
        failed: true,
        terms: [
          {
            text: 'p95 > 50ms',
            holds: true,
            subject: 'p95',
            dimension: 'duration',
            measured: 61.2,
            limit: 50,
            shown: '61.2 ms',
            required: '> 50ms',
          },
        ],
      },
    ]);
    expect(verdictsOf({}, 'reached').map(toConditionLine)).toMatchObject([
      { holds: null, failed: true, terms: [{ measured: null, shown: 'not measured' }] },
    ]);
  });
});
