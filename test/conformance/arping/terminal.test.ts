import { makeArpLink, startLiar } from '../../arping/liar/link.ts';
import { runTerminalSuite } from '../terminal.ts';
import { ON_A_TERMINAL } from './cases/runs.ts';
import { ARPING } from './command.ts';

runTerminalSuite(ARPING, {
  title: 'our arping on a terminal',
  lab: {},
  prepare: makeArpLink,
  with: startLiar,
  cases: ON_A_TERMINAL,
});
