/** What `sonde check` says of itself. */
import type { UsageFacts } from '../cli/usage.ts';

export const CHECK_USAGE: UsageFacts = {
  command: 'sonde check',
  summary: 'verify what a file says must hold on the network, and report it the way CI systems read',
  synopsis: '[options] [file]',
  operands: [['<file>', 'check file; sonde.yaml unless given, - for standard input']],
  completes: 'file',
  exitStatuses: [
    ['0', 'all checks passed'],
    ['1', 'some check failed'],
    ['2', 'usage error, or something is wrong with the file; nothing was checked'],
    ['3', 'none failed, but some could not be measured or were not run'],
  ],
  examples: [
    ['sonde check', 'run the checks of sonde.yaml'],
    ['sonde check --validate checks.yaml', 'read the file and say what is wrong with it'],
    ['sonde check --tag vpn --retries 2 --deadline 5m', 'only checks with this tag, each tried three times at most'],
    ['sonde check --reporter junit=check.xml --reporter html=check.html', 'write reports beside what is printed'],
  ],
};
