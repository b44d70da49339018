/** The HTML report in a real browser: on a phone and on a desk, light and dark. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatHtml } from '../../src/check/report/html-text.ts';
import { Browser, hasBrowser } from './browser.ts';
import { HOSTILE_REPORT, madeUpResult, REPORT } from './made-up-report.ts';
import { CheckFolder, madeUpCheck } from './support.ts';

if (!hasBrowser && process.env['CI'] === 'true') {
  throw new Error(
    'the HTML report needs a browser to be tested in (Debian: apt-get install chromium), and CI must not skip it',
  );
}

const LONG = 'a-name-without-any-blank-that-is-far-longer-than-a-telephone-is-wide.'.repeat(4);

const CONDITION = 'loss == 0% and p95 < 5ms and p99 < 100ms and jitter.rfc3550 < 2ms and max - min < 100ms';
const FIGURES = 'loss = 0 %, p95 = 0.0244 ms, p99 = 0.0244 ms, jitter.rfc3550 = 957 ns, max - min = 0.0124 ms';

/** A host of which everything is long and there is much. */
const LARGE_REPORT = {
  ...REPORT,
  results: [
    ...REPORT.results,
    madeUpResult(madeUpCheck({ name: LONG, target: LONG, tags: [LONG] }), {
      findings: [
        { text: CONDITION, holds: true, subject: '', measured: FIGURES, required: CONDITION },
        { text: CONDITION, holds: false, subject: '', measured: FIGURES, required: CONDITION },
      ],
      reason: LONG,
      roundTripsMs: Array.from({ length: 3000 }, (_, n) => (n % 7 === 0 ? null : 1 + (n % 50))),
      hops: Array.from({ length: 30 }, (_, n) => ({
        distance: n + 1,
        address: LONG,
        name: LONG,
        roundTripMs: n,
        mtu: 1500 - n,
      })),
    }),
  ],
};

/** Of every text that is seen: its contrast with what is behind it, WCAG 2.1, "contrast ratio". */
const CONTRASTS = `(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = {};
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (!own) continue;
    const style = getComputedStyle(element);
    const colour = parse(element instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [luminance(colour), luminance(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const name = element.tagName.toLowerCase() + '.' + element.getAttribute('class');
    found[name] = Math.min(found[name] ?? Infinity, ratio);
  }
  return found;
})()`;

const LEAST_CONTRAST = 4.5;
const LEAST_FONT_PIXELS = 9;

describe.skipIf(!hasBrowser)('the HTML report', () => {
  const folder = new CheckFolder();
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.open();
  });
  afterAll(async () => {
    await browser?.close();
    folder.remove();
  });

  const pages = {
    'of all there is': REPORT,
    'of hostile names': HOSTILE_REPORT,
    'of long names and many probes': LARGE_REPORT,
  };

  describe.each(Object.entries(pages))('%s', (what, report) => {
    const file = `${folder.path}/${what.replaceAll(' ', '-')}.html`;
    writeFileSync(file, formatHtml(report));

    it.each([
      [400, 'light'],
      [400, 'dark'],
      [1280, 'light'],
      [1280, 'dark'],
    ] as const)('fits %d px, can be read in %s colours, and complains of nothing', async (width, scheme) => {
      browser.complaints.length = 0;
      await browser.show(file, width, scheme);
      expect(await browser.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const contrasts = await browser.evaluate<Record<string, number>>(CONTRASTS);
      expect(Object.keys(contrasts).length).toBeGreaterThan(5);
      for (const [element, ratio] of Object.entries(contrasts))
        expect(ratio, element).toBeGreaterThanOrEqual(LEAST_CONTRAST);
      expect(browser.complaints).toEqual([]);
    });
  });

  it('cuts no label of a plot, whatever its scale', async () => {
    const scales = [1e-6, 1.4e-4, 0.024, 0.14, 1.4, 140, 1400, 120_000];
    const results = scales.map((ms) => madeUpResult(madeUpCheck({ name: `${ms}` }), { roundTripsMs: [ms, ms / 3] }));
    const file = folder.write('scales.html', formatHtml({ ...REPORT, results }));
    await browser.show(file, 400, 'light');
    const cut = `[...document.querySelectorAll('svg text')].filter((text) =>
      text.getBoundingClientRect().left < text.ownerSVGElement.getBoundingClientRect().left).map((text) => text.textContent)`;
    expect(await browser.evaluate<string[]>(cut)).toEqual([]);
  });

  it('breaks no verdict into letters on a phone, however long the condition', async () => {
    await browser.show(`${folder.path}/of-long-names-and-many-probes.html`, 400, 'light');
    const lines = `[...document.querySelectorAll('article:last-of-type .findings td:last-child')].map((verdict) => {
      const text = document.createRange();
      text.selectNodeContents(verdict);
      return [verdict.textContent, text.getClientRects().length];
    })`;
    expect(await browser.evaluate<[string, number][]>(lines)).toEqual([
      ['holds', 1],
      ['fails', 1],
    ]);
  });

  it('follows the colour scheme of the reader', async () => {
    const background = async (scheme: 'light' | 'dark') => {
      await browser.show(`${folder.path}/of-all-there-is.html`, 400, scheme);
      return await browser.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    };
    expect(await background('light')).not.toBe(await background('dark'));
  });

  it('shows a plot for each series, of which the labels can be read on a phone', async () => {
    await browser.show(`${folder.path}/of-all-there-is.html`, 400, 'light');
    const plots = await browser.evaluate<
      { width: number; font: number; dots: number; lost: number }[]
    >(`[...document.querySelectorAll('svg')].map((svg) => ({
      width: svg.getBoundingClientRect().width,
      font: 11 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width,
      dots: svg.querySelectorAll('.dot, .trip').length,
      lost: svg.querySelectorAll('.lost').length,
    }))`);
    expect(plots.map(({ dots, lost }) => [dots, lost])).toEqual([
      [1, 3],
      [5, 0],
    ]);
    for (const { width, font } of plots) {
      expect(width).toBeGreaterThan(250);
      expect(font).toBeGreaterThanOrEqual(LEAST_FONT_PIXELS);
    }
  });

  it('draws many probes in a bounded number of marks', async () => {
    await browser.show(`${folder.path}/of-long-names-and-many-probes.html`, 1280, 'light');
    expect(
      await browser.evaluate<number>("document.querySelectorAll('article:last-of-type svg *').length"),
    ).toBeLessThan(250);
  });

  it('runs no script of a hostile name, and shows it as a text', async () => {
    await browser.show(`${folder.path}/of-hostile-names.html`, 1280, 'light');
    expect(await browser.evaluate<number>('document.scripts.length')).toBe(0);
    expect(await browser.evaluate<string>("document.querySelector('h2').textContent")).toContain(
      '<script>alert(1)</script>',
    );
  });
});
