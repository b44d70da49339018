/** What `sonde record` finds in each view: from these types scripts/recording-schema.mjs makes docs/schema/recording.json. */
import type { ArpingEvent } from '../src/arping/events.ts';
import type { JsonOptions as ArpingJsonOptions } from '../src/arping/json.ts';
import type { TextOptions as ArpingTextOptions } from '../src/arping/text.ts';
import type { ClockdiffEvent } from '../src/clockdiff/events.ts';
import type { JsonOptions as ClockdiffJsonOptions } from '../src/clockdiff/json.ts';
import type { TextOptions as ClockdiffTextOptions } from '../src/clockdiff/text.ts';
import type { PingEvent } from '../src/ping/events.ts';
import type { TextOptions as PingTextOptions } from '../src/ping/text.ts';
import type { RdiscEvent } from '../src/rdisc/events.ts';
import type { JsonOptions as RdiscJsonOptions } from '../src/rdisc/json.ts';
import type { TextOptions as RdiscTextOptions } from '../src/rdisc/text.ts';
import type { SweepEvent } from '../src/sweep/events.ts';
import type { ShowOptions as SweepShowOptions } from '../src/sweep/show.ts';
import type { TracepathEvent } from '../src/tracepath/events.ts';
import type { FlowsEvent } from '../src/tracepath/flows/events.ts';
import type { FlowsShowOptions } from '../src/tracepath/flows/show.ts';
import type { JsonOptions as TracepathJsonOptions } from '../src/tracepath/json.ts';
import type { RoundsEvent } from '../src/tracepath/report/events.ts';
import type { RoundsOptions } from '../src/tracepath/report/show.ts';
import type { TextOptions as TracepathTextOptions } from '../src/tracepath/text.ts';

interface View<Event, Options> {
  readonly event: Event;
  readonly options: Options;
}

export type PingView = View<PingEvent, PingTextOptions>;
export type TraceView = View<TracepathEvent, TracepathTextOptions & TracepathJsonOptions>;
export type RoundsView = View<RoundsEvent, RoundsOptions>;
export type FlowsView = View<FlowsEvent, FlowsShowOptions>;
export type ArpingView = View<ArpingEvent, ArpingTextOptions & ArpingJsonOptions>;
export type ClockdiffView = View<ClockdiffEvent, ClockdiffTextOptions & ClockdiffJsonOptions>;
export type RdiscView = View<RdiscEvent, RdiscTextOptions & RdiscJsonOptions>;
export type SweepView = View<SweepEvent, SweepShowOptions>;
