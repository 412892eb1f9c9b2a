/** The look of all pages about a run. Colours have a contrast of at least 4.5 to 1 for text and 3 to 1 for lines. */
export const pageStyle = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  --ground: #f5f5f7; --surface: #fff; --ink: #18181b; --soft: #55555f; --rule: #d9d9e0;
  --good: #166534; --good-ground: #dcfce7; --bad: #9f1239; --bad-ground: #ffe4e6; --focus: #b45309;
  --line-1: #1d4ed8; --line-2: #c2410c; --line-3: #0f766e; --line-4: #a21caf; --span: #f59e0b38; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #101014; --surface: #1b1b21; --ink: #f4f4f5; --soft: #b4b4c0; --rule: #34343e;
  --good: #86efac; --good-ground: #10301c; --bad: #fda4af; --bad-ground: #3b1219; --focus: #fbbf24;
  --line-1: #93c5fd; --line-2: #fdba74; --line-3: #5eead4; --line-4: #f0abfc; --span: #f59e0b30; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.125rem; }
p { margin: .25rem 0; max-width: 70ch; }
.note, .made, caption { color: var(--soft); font-size: .875rem; }
.verdict { margin: 1rem 0; padding: .75rem 1rem; border-radius: .75rem; border: 1px solid; }
.verdict p { font-weight: 600; }
.verdict.good { color: var(--good); background: var(--good-ground); }
.verdict.bad { color: var(--bad); background: var(--bad-ground); }
.verdict ul { margin: .25rem 0 0; padding-left: 1.25rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
table { border-collapse: collapse; background: var(--surface); font-size: .875rem; }
caption { text-align: left; padding: .25rem 0; white-space: nowrap; }
th, td { padding: .3125rem .75rem; border: 1px solid var(--rule); text-align: left; vertical-align: top; }
th { font-weight: 600; }
td { font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
td.number { text-align: right; white-space: nowrap; }
td.bad { color: var(--bad); font-weight: 600; }
.chart { margin: 1rem 0; padding: .75rem; border: 1px solid var(--rule); border-radius: .75rem; background: var(--surface); }
.chart figcaption { display: flex; flex-wrap: wrap; gap: .125rem 1rem; font-size: .875rem; }
.chart figcaption b { margin-right: auto; }
.key { display: inline-flex; align-items: center; gap: .375rem; white-space: nowrap; }
.key i.span { width: 1.75rem; height: .75rem; background: var(--span); border: 1px solid var(--rule); }
.chart .scroll svg { display: block; width: 100%; min-width: 36rem; height: auto; }
.chart svg text { white-space: pre; }
form { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end; margin-top: 1rem; }
input[type=number] { display: block; width: 7rem; }
input, button { font: inherit; }
button { padding: .25rem 1rem; }
`;
