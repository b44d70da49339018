import { runTerminalSuite } from '../terminal.ts';
import { ON_A_TERMINAL } from './cases/streams.ts';
import { PING } from './command.ts';

runTerminalSuite(PING, {
  title: 'our ping on a terminal',
  lab: { names: 'dns', liar: true },
  cases: ON_A_TERMINAL,
});
