/** What shows the events of rounds over a path: the table at the end, or with -j JSON. */
import { conditionPieces } from '../../cli/conditions.ts';
import type { CommandOutput } from '../../cli/output.ts';
import { writePieces } from '../../cli/pieces.ts';
import { recordable } from '../../cli/view.ts';
import { type HostOptions, showHost } from '../probing/host-text.ts';
import type { RoundsEvent } from './events.ts';
import { RoundsJson, type RoundsJsonOptions } from './json.ts';
import { RoundsText, type RoundsTextOptions } from './text.ts';

/** Plain, as `sonde record` keeps it: how a host is shown follows from it. */
export type RoundsOptions = RoundsJsonOptions & Omit<RoundsTextOptions, 'showHost'> & HostOptions;

export const showRounds = recordable(
  'rounds',
  (output: CommandOutput, json: boolean, options: RoundsOptions): ((event: RoundsEvent) => void) => {
    const renderer = json ? new RoundsJson(options) : roundsText(options);
    return (event) => {
      output.stdout(renderer.render(event));
      if (!json && event.type === 'summary') writePieces(output, conditionPieces(event.conditions));
    };
  },
);

export function roundsText(options: RoundsOptions): RoundsText {
  return new RoundsText({ ...options, showHost: (address) => showHost(address, options) });
}
