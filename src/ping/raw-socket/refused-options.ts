/** What takes bind(2), connect(2), control messages or more of the resolver than raw-socket and node offer. */
import { SetupError } from '../../cli/errors.ts';
import { optionLabel, type PingOptions } from '../options.ts';
import type { SetupContext } from './context.ts';

const REFUSED: readonly (readonly [label: string, isGiven: (options: PingOptions) => boolean])[] = [
  [optionLabel('sticky-source'), ({ stickySource }) => stickySource],
  [optionLabel('connect'), ({ connect }) => connect],
  [optionLabel('flow-label'), ({ flowLabel }) => flowLabel !== null],
  [`${optionLabel('interface')} with an address`, ({ sourceAddress }) => sourceAddress !== null],
  ['<hop>', ({ hops }) => hops.length > 0],
  ['--method udp', ({ method }) => method === 'udp'],
  ['--method tcp', ({ method }) => method === 'tcp'],
];

/** @throws SetupError with one line that names all of them */
export function refuseOptions({ options, whyNotAddon }: SetupContext): void {
  const given = REFUSED.filter(([, isGiven]) => isGiven(options)).map(([label]) => label);
  if (given.length === 0) return;
  const why = whyNotAddon === null ? '' : `; ${whyNotAddon}`;
  throw new SetupError(`the raw-socket backend cannot do: ${given.join(', ')}${why}`);
}
