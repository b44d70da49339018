/** Which text each reporter makes of a report. The pages that hold much are loaded when they are asked for. */
import type { Report } from '../result.ts';
import type { ReporterName } from './names.ts';
import { formatPretty } from './pretty-text.ts';

type Format = (report: Report) => string;

const LOADERS: Readonly<Record<ReporterName, () => Promise<Format>>> = {
  pretty: async () => (report) => formatPretty(report),
  junit: async () => (await import('./junit-text.ts')).formatJunit,
  github: async () => (await import('./github-text.ts')).formatAnnotations,
  tap: async () => (await import('./tap-text.ts')).formatTap,
  json: async () => (await import('./json.ts')).formatJsonReport,
  nagios: async () => (await import('./nagios-text.ts')).formatNagios,
  prometheus: async () => (await import('./prometheus-text.ts')).formatPrometheus,
  html: async () => (await import('./html-text.ts')).formatHtml,
};

export async function formatReport(name: ReporterName, report: Report): Promise<string> {
  return (await LOADERS[name]())(report);
}
