/** The style of the HTML report: one column that fits a phone, colours for light and dark with a contrast of 4.5 or more. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1c2128; --faint: #57606a; --line: #d0d7de;
  --passed: #116329; --failed: #b3171f; --unknown: #7a4b00; --not-run: #57606a; --plot: #0550ae; --lost: #b3171f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --card: #161b22; --text: #e6edf3; --faint: #9da7b3; --line: #30363d;
    --passed: #56d364; --failed: #ff7b72; --unknown: #e3b341; --not-run: #9da7b3; --plot: #79c0ff; --lost: #ff7b72;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 60rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.4rem; margin: 0; line-height: 1.3; }
h2 { font-size: 1.05rem; margin: 0; flex: 1 1 12rem; }
p { margin: .25rem 0; }
code, .value { font-family: ui-monospace, monospace; font-size: .9em; }
header, article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin-bottom: 1rem; }
header, article { border-left: .35rem solid var(--edge); }
.passed { --edge: var(--passed); } .failed { --edge: var(--failed); }
.unknown { --edge: var(--unknown); } .not-run { --edge: var(--not-run); }
.head { display: flex; flex-wrap: wrap; gap: 0 .75rem; align-items: baseline; }
.status { font-weight: 700; color: var(--edge); }
.faint { color: var(--faint); font-size: .9rem; }
.counts { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .5rem 0 0; list-style: none; }
.findings { width: 100%; border-collapse: collapse; margin-top: .5rem; }
.findings th { text-align: left; font-weight: 600; color: var(--faint); font-size: .85rem; }
.findings th, .findings td { padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
.findings .holds, .findings .fails { white-space: nowrap; }
.findings .fails { color: var(--failed); font-weight: 600; }
.findings .holds { color: var(--passed); }
figure { margin: .75rem 0 0; }
figcaption { color: var(--faint); font-size: .85rem; }
svg { display: block; width: 100%; height: auto; max-width: 30rem; }
svg .axis { stroke: var(--line); } svg .trip { stroke: var(--plot); fill: none; stroke-linecap: round; }
svg .dot { fill: var(--plot); } svg .lost { stroke: var(--lost); }
svg text { fill: var(--faint); font: 11px system-ui, sans-serif; }
.path { list-style: none; margin: .25rem 0 0; padding: 0; }
.path li { position: relative; padding: .15rem 0 .15rem 1.75rem; }
.path li::before { content: ""; position: absolute; left: .3rem; top: .55rem; width: .7rem; height: .7rem; border-radius: 50%; background: var(--plot); }
.path li::after { content: ""; position: absolute; left: .6rem; top: 1.25rem; bottom: -.55rem; width: .1rem; background: var(--line); }
.path li:last-child::after { display: none; }
.path .silent::before { background: var(--card); border: .1rem dashed var(--faint); }
.path .mtu { color: var(--unknown); font-weight: 600; }
`;
