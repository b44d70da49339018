import { runTerminalSuite } from '../terminal.ts';
import { ON_A_TERMINAL } from './cases/streams.ts';
import { TRACEPATH } from './command.ts';

runTerminalSuite(TRACEPATH, { title: 'our tracepath on a terminal', lab: { names: 'dns' }, cases: ON_A_TERMINAL });
