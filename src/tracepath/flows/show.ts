/** What shows the events of a run over many flows: a heading and the paths at the end, or with -j JSON. */
import { conditionPieces } from '../../cli/conditions.ts';
import type { CommandOutput } from '../../cli/output.ts';
import { writePieces } from '../../cli/pieces.ts';
import { recordable } from '../../cli/view.ts';
import { type HostOptions, showHost } from '../probing/host-text.ts';
import type { FlowsEvent } from './events.ts';
import { FlowsJson, type FlowsJsonOptions } from './json.ts';
import { FlowsText, type FlowsTextOptions } from './text.ts';

/** Plain, as `sonde record` keeps it: how a host is shown follows from it. */
export type FlowsShowOptions = FlowsJsonOptions & Omit<FlowsTextOptions, 'showHost'> & HostOptions;

export const showFlows = recordable(
  'flows',
  (output: CommandOutput, json: boolean, options: FlowsShowOptions): ((event: FlowsEvent) => void) => {
    if (json) {
      const renderer = new FlowsJson(options);
      return (event) => output.stdout(renderer.render(event));
    }
    const text = new FlowsText({ ...options, showHost: (address) => showHost(address, options) });
    output.stdout(text.header());
    return (event) => {
      output.stdout(text.render(event));
      if (event.type === 'summary') writePieces(output, conditionPieces(event.conditions));
    };
  },
);
