/** The reporters by the names that --reporter takes. */
export const REPORTER_NAMES = ['pretty', 'junit', 'github', 'tap', 'json', 'nagios', 'prometheus', 'html'] as const;
export type ReporterName = (typeof REPORTER_NAMES)[number];
