/** What the pages of several commands have in common, in the marks of ../cli/manual-page.ts. */

export const JSON_LINES: readonly string[] = [
  'With `-j` the standard output is one JSON object a line and nothing else there, whatever happens: interrupted, ' +
    'without a reply, or with a target that no name server knows. Each object has a `type`; what a lost probe has not ' +
    'measured is null and never 0; `schema` is the version of the form. A run that began ends with the type `summary`, ' +
    'whose `reason` says why it ended. A run that could not begin ends with the type `error`.',
  'docs/json.md of the package tells of the kinds of lines, and the JSON Schemas in docs/schema describe all their members.',
];

export const STATISTICS: readonly string[] = [
  'With `--stats` more lines follow the summary: percentiles of the round trip in bounded memory with a stated error, ' +
    'deviations of the population and of the sample, jitter under its names, runs of lost probes, and the longest outage. ' +
    'With `-j` they are in the summary in any case. docs/statistics.md of the package says how each is computed.',
];

export const CONDITIONS: readonly string[] = [
  'A condition compares what the run measures: `loss > 2% or p95 > 50ms`. Numbers have units where they need them: percent ' +
    'for ratios, ns, us, ms, s, m and h for times. Comparisons are joined by `and`, `or`, `not` and parentheses. ' +
    'What is not measured yet is neither true nor false. A mistake is told before anything is sent, with a mark below the place.',
  'With `--fail-if` the exit status is 1 when the condition is true at the end, or too little was measured to say. With `--until` the run ends as soon as the ' +
    'condition is true, with status 0; errors such as an unreachable host do not end it before. The term that decided and ' +
    'what was measured for it are printed.',
  'docs/conditions.md of the package has all words and the whole grammar.',
];
