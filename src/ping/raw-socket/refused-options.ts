/** What takes bind(2), connect(2), control messages or more of the resolver than raw-socket and node offer. */
import { SetupError } from '../../cli/errors.ts';
import { PING_OPTIONS, type PingOptionName, type PingOptions } from '../options.ts';
import type { SetupContext } from './context.ts';

const REFUSED: readonly (readonly [label: string, isGiven: (options: PingOptions) => boolean])[] = [
  [labelOf('sticky-source'), ({ stickySource }) => stickySource],
  [labelOf('connect'), ({ connect }) => connect],
  [labelOf('flow-label'), ({ flowLabel }) => flowLabel !== null],
  [`${labelOf('interface')} with an address`, ({ sourceAddress }) => sourceAddress !== null],
  ['<hop>', ({ hops }) => hops.length > 0],
];

function labelOf(name: PingOptionName): string {
  const spec = PING_OPTIONS.find(({ long }) => long === name)!;
  return 'short' in spec ? `-${spec.short} (--${name})` : `--${name}`;
}

/** @throws SetupError with one line that names all of them */
export function refuseOptions({ options, whyNotAddon }: SetupContext): void {
  const given = REFUSED.filter(([, isGiven]) => isGiven(options)).map(([label]) => label);
  if (given.length === 0) return;
  const why = whyNotAddon === null ? '' : `; ${whyNotAddon}`;
  throw new SetupError(`the raw-socket backend cannot do: ${given.join(', ')}${why}`);
}
