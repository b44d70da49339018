/** The prose of sonde-doctor(8). */
import type { Manual } from '../cli/manual-page.ts';
import type { DOCTOR_OPTIONS } from './options.ts';

export const MANUAL: Manual<(typeof DOCTOR_OPTIONS)[number]['long']> = {
  description: [
    'Tells for each command, and for each way in which ping can probe, whether this user may run it on this machine. To know that, one ' +
      'socket of each kind is opened, and the machine is probed by itself, over its loopback interface. Nothing is sent to anybody ' +
      'else.',
    'Below that it tells what it found out about the machine: the version of Node.js, the native addon, what npm does with install ' +
      'scripts, capabilities, net.ipv4.ping_group_range, system call filters, IPv6, packet filters.',
    'Behind each finding that is not as it could be stand the commands that mend it, any one of them, for where the process runs: on a ' +
      'machine, in a container, on a hosted runner of GitHub.',
  ],
  options: {
    json: 'Print one JSON object for each finding, and one for all.',
  },
  sections: [
    {
      title: 'JSON',
      paragraphs: [
        'With `-j` the standard output is one JSON object a line and nothing else there. docs/schema of the package describes the lines.',
      ],
    },
  ],
  differences: [],
  seeAlso: ['sonde(8)', 'ping(8)'],
};
