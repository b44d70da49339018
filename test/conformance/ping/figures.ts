/**
 * The masks hide round trips; this looks at whether they fit together: the summary's figures must follow from the reply
 * lines above it. It is run on both programs' output.
 */

/** Half of the last digit of a round trip as shown, in ms; the summary always has three decimals. */
function halfDigit(shown: string): number {
  const decimals = shown.split('.')[1]?.length ?? 0;
  return 10 ** -decimals / 2 + 0.0011;
}

/** Sentences about figures that can't be; none for output that has no summary, or hides replies. */
export function findWrongFigures(stdout: string): string[] {
  const rtt = /^rtt min\/avg\/max\/mdev = ([\d.]+)\/([\d.]+)\/([\d.]+)\/([\d.]+) ms/m.exec(stdout);
  if (rtt === null) return [];
  const [min, average, max, deviation] = rtt.slice(1).map(Number) as [number, number, number, number];
  const wrong: string[] = [];
  if (!(min <= average && average <= max)) wrong.push(`the average is not between least and greatest: ${rtt[0]}`);
  if (deviation > (max - min) / 2 + 0.0011) wrong.push(`no set of figures deviates so much: ${rtt[0]}`);
  const shown = [...stdout.matchAll(/ time=([\d.]+) ms/g)].map(([, figure]) => figure!);
  // -q and -f show no lines, a truncated reply no time; one with a bad checksum shows a time that does not count.
  if (shown.length === 0 || /\(truncated\)|\(BAD CHECKSUM!\)/.test(stdout)) return wrong;
  const least = shown.reduce((a, b) => (Number(b) < Number(a) ? b : a));
  const greatest = shown.reduce((a, b) => (Number(b) > Number(a) ? b : a));
  if (Math.abs(Number(least) - min) > halfDigit(least)) wrong.push(`the least of all is ${least}: ${rtt[0]}`);
  if (Math.abs(Number(greatest) - max) > halfDigit(greatest))
    wrong.push(`the greatest of all is ${greatest}: ${rtt[0]}`);
  return wrong;
}
