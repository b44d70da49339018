/** The package's version; the bundler replaces the name by the literal of package.json. */
declare const SONDE_VERSION: string | undefined;

export const VERSION = typeof SONDE_VERSION === 'string' ? SONDE_VERSION : 'development';

/** The answer to `-V`: who we are, and what of the machine we found usable. */
export function formatVersion(command: string, facts: Readonly<Record<string, string>>): string {
  const list = Object.entries(facts).map(([key, value]) => `${key}: ${value}`);
  return `${command} from sonde ${VERSION}\n${list.join(', ')}\n`;
}
