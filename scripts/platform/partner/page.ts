import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { chart } from '../../report/chart.ts';
import { outcomes } from './counts.ts';
import type { Desk } from './orders.ts';
import type { PartnerScript, PartnerScriptInput } from './script.ts';

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; }
table { border-collapse: collapse; } td, th { padding: .125rem 1rem .125rem 0; text-align: left; }
td { font-variant-numeric: tabular-nums; }
form { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end; margin-top: 1rem; }
input[type=number] { display: block; font: inherit; width: 7rem; }
button { font: inherit; padding: .25rem 1rem; }
`;
/** Refreshes only the changing part of the page, so that the form keeps its input. */
const script = `setInterval(async () => {
  const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html');
  document.querySelector('#now').replaceWith(page.querySelector('#now'));
}, 1000);`;
const toHash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = `default-src 'none'; img-src data:; style-src ${toHash(style)}; script-src ${toHash(script)}; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

export function sendPartnerPage(desk: Desk, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    // Not `no-referrer`: the form would send `Origin: null`, which hides its origin.
    'referrer-policy': 'same-origin',
  });
  response.end(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Partner</title><link rel="icon" href="data:,"><style>${style}</style></head><body><main>
<h1>Partner</h1><p>Fulfils the orders of the local platform, with the faults that are set here.</p>
${now(desk)}${form(desk.script)}</main><script>${script}</script></body></html>
`);
}

function now({ book, counts, now }: Desk): string {
  const entries = book.entries();
  const accepted = entries.filter(({ state }) => state === 'accepted').length;
  const calls = counts.snapshot();
  const points = counts.lastSeconds(now().getTime()).map((count, second) => [second, count] as const);
  const rows = outcomes.map((outcome) => `<tr><th scope="row">${outcome}</th><td>${calls[outcome]}</td></tr>`);
  return `<div id="now">
<p>In the book: ${accepted} accepted, ${entries.length - accepted} refused. Calls: ${calls.all}.</p>
${chart('Calls in each of the last 60 seconds', [{ name: 'calls', color: '#1f77b4', points }])}
<table><caption>Outcomes of the calls</caption>${rows.join('')}</table>
</div>`;
}

function form({ down, errorShare, latencyMs }: PartnerScript): string {
  const number = (name: string, text: string, value: number, max: number) =>
    `<label>${text}<input type="number" name="${name}" min="0" max="${max}" step="any" required value="${value}"></label>`;
  return `<form method="post" action="/script">
<label><input type="checkbox" name="down"${down ? ' checked' : ''}> down</label>
${number('errorPercent', 'errors, %', Number((errorShare * 100).toFixed(2)), 100)}
${number('min', 'latency from, ms', latencyMs.min, 600_000)}
${number('max', 'to, ms', latencyMs.max, 600_000)}
<button>Change</button></form>`;
}

/** Parses the form's part of the script. Invalid numbers become NaN, which the schema rejects by name. */
export function parseScriptForm(text: string): PartnerScriptInput {
  const fields = new URLSearchParams(text);
  const number = (name: string) => Number.parseFloat(fields.get(name) ?? '');
  return {
    down: fields.has('down'),
    errorShare: number('errorPercent') / 100,
    latencyMs: { min: number('min'), max: number('max') },
  };
}
