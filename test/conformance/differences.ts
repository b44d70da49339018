/**
 * Deliberate differences from Debian's iputils 20221126. Each command has a table of them; a case names those that it
 * shows. Some say in the table how iputils' result is turned into the wanted one; for the others the case says what is
 * wanted. Those here are of a kind that every command has.
 */
import type { Ran } from './compare.ts';

/** What the turning may depend on. */
export interface DifferenceContext {
  /** The last argument. */
  readonly destination: string;
}

export type Turn = (ran: Ran, context: DifferenceContext) => Partial<Ran>;

export interface Difference {
  /** Who left 20221126: iputils after it, and we followed; or we alone. */
  readonly whose: 'newer iputils' | 'ours';
  readonly reason: string;
  /** Turns iputils' result into the wanted one. On what already is so, it changes nothing. */
  readonly iputils?: Turn;
  /** Hides in our result what cannot be the same. */
  readonly ours?: Turn;
  /** It does not show in every run beside 20221126: it depends on chance, or only newer versions have it. */
  readonly isRare?: true;
}

/** Hides the options of the usage text, and what follows `[options]`. */
export function usageText(command: string): Difference {
  const hideOptions: Turn = ({ stderr }) => ({
    stderr: stderr.replace(
      new RegExp(
        String.raw`(?<=\nUsage:?\n {2}${command} \[options\] )[\s\S]*(?=\n\nFor more details see ${command}\(8\)\.\n$)`,
      ),
      '<operands and options>',
    ),
  });
  return {
    whose: 'ours',
    reason: 'the list of options is ours, made from the option table',
    iputils: hideOptions,
    ours: hideOptions,
  };
}

/** Hides the version and what is told of the build. */
export function versionText(command: string): Difference {
  const hide =
    (text: RegExp): Turn =>
    ({ stdout }) => ({ stdout: stdout.replace(text, `${command} from <version>\n`) });
  return {
    whose: 'ours',
    reason: 'the version is ours, and so is what there is to say of the build',
    iputils: hide(new RegExp(String.raw`^${command} from iputils \S+\nlibcap: .*, __fpending\(\): (?:yes|no)\n$`)),
    ours: hide(new RegExp(String.raw`^${command} from sonde \S+\n\w+: .*, node: v20\.\S+\n$`)),
  };
}

/** Puts our words in place of iputils' behind `<command>: `, on either stream because of `2>&1`. */
export function rewordComplaint(command: string, from: string, to: string): Turn {
  return ({ stdout, stderr }) => ({
    stdout: stdout.replace(`${command}: ${from}`, `${command}: ${to}`),
    stderr: stderr.replace(`${command}: ${from}`, `${command}: ${to}`),
  });
}
