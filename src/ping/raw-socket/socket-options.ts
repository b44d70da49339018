/** Socket options of a session on the raw-socket backend; the list is the same as the addon's (session-rules.ts). */

import { SetupError } from '../../cli/errors.ts';
import { reasonOf } from '../../net/errors.ts';
import { type RawSocket, setRawOption } from '../../net/raw-socket-port.ts';
import { type Address, isMulticast } from '../../net/sockaddr.ts';
import { usesIpOptions } from '../options.ts';
import { checkManyMayAnswer, ipOptionSetting, type Setting, socketSettings } from '../session-rules.ts';
import type { SetupContext } from './context.ts';
import { attempt } from './sockets.ts';

/** @throws SetupError, SystemError */
export function configureSocket(context: SetupContext, raw: RawSocket, target: Address, isBroadcast: boolean): void {
  const { options } = context;
  const many = isBroadcast || isMulticast(target);
  checkManyMayAnswer(context, target.family, many);
  const settings: readonly Setting[] = [
    // Hops are refused here (refused-options.ts).
    ...(usesIpOptions(options) && target.family === 4 ? [ipOptionSetting(options, [])] : []),
    ...socketSettings(options, target.family, many, isBroadcast),
  ];
  for (const [level, name, value, words] of settings) {
    const error = value === null ? null : attempt(() => setRawOption(raw, level, name, value));
    if (error !== null) throw words === undefined ? error : new SetupError(`${words}: ${reasonOf(error)}`);
  }
}
