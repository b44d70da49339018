/** All suites: which tables run in which lab. */
import type { Suite } from '../command.ts';
import { ARGUMENTS } from './arguments.ts';
import { ERRORS_ON_THE_WAY, ICMP_ERROR_CODES, LOCAL_ERRORS, PATH_MTU, PROHIBITED } from './errors.ts';
import { FLOOD } from './flood.ts';
import { INTERFACES } from './interfaces.ts';
import { IP_OPTIONS } from './ip-options.ts';
import { LIES_SEEN_OTHERWISE, lies, liesAboutOthers } from './lies.ts';
import { MANY } from './many.ts';
import { NAMES, NAMES_FROM_FILES, NAMES_IN_TROUBLE } from './names.ts';
import { NODE_INFORMATION } from './node-information.ts';
import { PRIVILEGES, PRIVILEGES_WITHOUT_DATAGRAM_SOCKETS } from './privileges.ts';
import { LITERALS, REPLIES } from './replies.ts';
import { SIGNALS } from './signals.ts';
import { STREAMS } from './streams.ts';
import { VERBOSE, VERBOSE_RAW } from './verbose.ts';
import { WAITING } from './waiting.ts';

const DATAGRAM = { names: 'dns', liar: true } as const;
const RAW = { names: 'dns', liar: true, datagramIcmp: false } as const;

/** Few files, and few labs: each file takes its turn on a machine of two processors. */
export const DATAGRAM_SUITES: readonly Suite[] = [
  {
    title: 'ping and iputils on datagram sockets',
    lab: DATAGRAM,
    cases: [
      // Those that take long come first, so that the others fill the time.
      ...WAITING,
      ...REPLIES,
      ...LITERALS,
      ...INTERFACES,
      ...ERRORS_ON_THE_WAY,
      ...ICMP_ERROR_CODES,
      ...LOCAL_ERRORS,
      ...PRIVILEGES,
      ...SIGNALS,
      ...STREAMS,
    ],
  },
  { title: 'ping and iputils with names from files', lab: { names: 'files' }, cases: NAMES_FROM_FILES },
];

export const OPTION_SUITES: readonly Suite[] = [
  {
    title: 'ping and iputils, options and names',
    lab: DATAGRAM,
    cases: [
      ...ARGUMENTS,
      ...NAMES,
      ...IP_OPTIONS,
      ...MANY,
      ...NODE_INFORMATION,
      ...LIES_SEEN_OTHERWISE,
      ...lies('datagram'),
    ],
  },
];

export const RAW_SUITES: readonly Suite[] = [
  {
    title: 'ping and iputils on raw sockets',
    lab: RAW,
    cases: [
      ...REPLIES,
      ...ICMP_ERROR_CODES,
      ...PROHIBITED,
      ...MANY,
      ...PRIVILEGES_WITHOUT_DATAGRAM_SOCKETS,
      ...LIES_SEEN_OTHERWISE,
      ...lies('raw'),
    ],
  },
];

export const ALONE_SUITES: readonly Suite[] = [
  { title: 'ping and iputils, path MTUs', lab: DATAGRAM, alone: true, cases: PATH_MTU },
  { title: 'ping and iputils, path MTUs on raw sockets', lab: RAW, alone: true, cases: PATH_MTU },
  { title: 'ping and iputils, marks and pace', lab: DATAGRAM, alone: true, cases: FLOOD },
  { title: 'ping and iputils, marks and pace on raw sockets', lab: RAW, alone: true, cases: FLOOD },
  {
    title: 'ping and iputils, verbose',
    lab: DATAGRAM,
    alone: true,
    cases: [...VERBOSE, ...liesAboutOthers('datagram')],
  },
  {
    title: 'ping and iputils, verbose on raw sockets',
    lab: RAW,
    alone: true,
    cases: [...VERBOSE_RAW, ...liesAboutOthers('raw')],
  },
  { title: 'ping and iputils, names in trouble', lab: DATAGRAM, alone: true, cases: NAMES_IN_TROUBLE },
];

export const SUITES: readonly Suite[] = [...DATAGRAM_SUITES, ...OPTION_SUITES, ...RAW_SUITES, ...ALONE_SUITES];
