/** One self-contained HTML page: no script, nothing to load, readable on a phone, light and dark. */
import type { Hop } from '../measurement.ts';
import { type CheckResult, countResults, type Finding, type Report, type Status } from '../result.ts';
import { plotRoundTrips } from './html-plot.ts';
import { STYLE } from './html-style.ts';
import { describeCounts, describeSpan, describeTarget, formatElapsed, STATUS_WORDS } from './words.ts';
import { escapeLine } from './xml.ts';

const ORDER: readonly Status[] = ['failed', 'unknown', 'not-run', 'passed'];
/** Names come from files and from the network: should one ever escape, it can still load and run nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export function formatHtml(report: Report): string {
  const counts = countResults(report.results);
  const worst = ORDER.find((status) => counts[status] > 0) ?? 'passed';
  const sorted = ORDER.flatMap((status) => report.results.filter((result) => result.status === status));
  const title = escapeLine(`${describeCounts(counts)} - ${report.file}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
${formatHeader(report, worst)}<main>
${sorted.map(formatArticle).join('')}</main>
<p class="faint">sonde ${escapeLine(report.version)}</p>
</body>
</html>
`;
}

function formatHeader(report: Report, worst: Status): string {
  const { file, host, startedAtIso, results } = report;
  const counts = countResults(results);
  const items = ORDER.filter((status) => counts[status] > 0).map(
    (status) => `<li class="${status}"><span class="status">${counts[status]}</span> ${STATUS_WORDS[status]}</li>`,
  );
  return `<header class="${worst}">
<h1>sonde check: <code>${escapeLine(file)}</code></h1>
<ul class="counts">${items.join('')}</ul>
<p class="faint">${escapeLine(describeSpan(report))}; begun ${formatTime(startedAtIso)}${host === '' ? '' : ` on ${escapeLine(host)}`}</p>
</header>
`;
}

function formatArticle(result: CheckResult): string {
  const { check, status, tries, elapsedMs, reason, hint, address, method, roundTripsMs, hops } = result;
  const { file, line } = check.place;
  const asides = [
    ...(address === null ? [] : [address]),
    ...(method === null ? [] : [`by ${method}`]),
    ...(tries === 0 ? [] : [formatElapsed(elapsedMs)]),
    ...(tries > 1 ? [`${tries} tries`] : []),
    ...(check.tags.length === 0 ? [] : [check.tags.join(', ')]),
    `${file}:${line}`,
  ];
  const parts = [
    `<div class="head"><h2>${escapeLine(check.name)}</h2><span class="status">${STATUS_WORDS[status]}</span></div>`,
    `<p><code>${escapeLine(describeTarget(check))}</code> <span class="faint">${escapeLine(asides.join(' · '))}</span></p>`,
    ...(reason === null ? [] : [`<p>${escapeLine(reason)}</p>`]),
    ...(hint === null ? [] : [`<p class="faint">⇒ ${escapeLine(hint)}</p>`]),
    formatFindings(result.findings),
    roundTripsMs.length === 0
      ? ''
      : `<figure>${plotRoundTrips(roundTripsMs)}<figcaption>${captionOf(result)}</figcaption></figure>`,
    hops.length === 0
      ? ''
      : `<figure><figcaption>Path</figcaption><ol class="path">${hops.map(formatHop).join('')}</ol></figure>`,
  ];
  return `<article class="${status}">\n${parts.filter((part) => part !== '').join('\n')}\n</article>\n`;
}

function captionOf({ check, roundTripsMs }: CheckResult): string {
  const lost = roundTripsMs.filter((ms) => ms === null).length;
  // A port that refuses is no loss to who reads it.
  const word = check.kind === 'tcp' ? 'did not connect' : 'lost';
  return `Round trips${lost === 0 ? '' : `, ${lost} of ${roundTripsMs.length} probes ${word} (red)`}`;
}

function formatFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const rows = findings.map(({ text, holds, measured }) => {
    const verdict = holds === true ? '<td class="holds">holds</td>' : '<td class="fails">fails</td>';
    return `<tr><td><code>${escapeLine(text)}</code></td><td class="value">${escapeLine(measured)}</td>${verdict}</tr>`;
  });
  return `<table class="findings"><thead><tr><th>required</th><th>measured</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function formatHop({ distance, address, name, roundTripMs, mtu }: Hop): string {
  const who = address === null ? 'no answer' : name === null || name === address ? address : `${name} (${address})`;
  const time = roundTripMs === null ? '' : ` <span class="faint">${Number(roundTripMs.toPrecision(3))} ms</span>`;
  const shrink = mtu === null ? '' : ` <span class="mtu">MTU ${mtu}</span>`;
  return `<li${address === null ? ' class="silent"' : ''}><span class="faint">${distance}</span> ${escapeLine(who)}${time}${shrink}</li>`;
}

/** UTC, since who reads it may be anywhere. */
function formatTime(iso: string): string {
  return `${iso.slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace('T', ' ')} UTC`;
}
