/** Whether colour is wanted: the same for every command that has any. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * As their sites say (no-color.org, force-color.org): a variable counts when it is not empty, whatever its value, so
 * FORCE_COLOR=0 forces too; and of both FORCE_COLOR has the last word. A dumb terminal would show the escapes.
 */
export function wantsColour({ NO_COLOR, FORCE_COLOR, TERM }: Environment, isTerminal: boolean): boolean {
  if (isGiven(FORCE_COLOR)) return true;
  return isTerminal && !isGiven(NO_COLOR) && TERM !== 'dumb';
}

const isGiven = (value: string | undefined) => value !== undefined && value !== '';
