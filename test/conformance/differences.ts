import type { Ran } from './compare.ts';

export interface Difference {
  readonly whose: 'newer iputils' | 'ours';
  readonly reason: string;
  readonly toHead?: (iputils: Ran) => Partial<Ran>;
  readonly onBoth?: (either: Ran) => Partial<Ran>;
}

export const DIFFERENCES = {
  'v6 header form': {
    whose: 'newer iputils',
    reason: '14472fc: `PING host (addr)`, where 20221126 has no blank and the reverse name: `PING host(name (addr))`',
    toHead: ({ stdout }) => ({
      stdout: stdout.replace(/^PING ([^ (]*)\((?:[^\n]* \()?([0-9a-fA-F:.]+(?:%[^\s()]+)?)\)\)? /m, 'PING $1 ($2) '),
    }),
  },
  'usage text': {
    whose: 'ours', reason: 'x',
    onBoth: ({ stderr }) => ({
      stderr: stderr.replace(/(?<=\nUsage\n {2}ping \[options\] )[\s\S]*(?=\n\nFor more details see ping\(8\)\.\n$)/, '<our options>'),
    }),
  },
} as const satisfies Readonly<Record<string, Difference>>;
export type DifferenceName = keyof typeof DIFFERENCES;
export const BASE_DIFFERENCES: readonly DifferenceName[] = ['v6 header form', 'usage text'];
