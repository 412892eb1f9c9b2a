import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Chart } from '../../report/chart.ts';
import { type Html, html } from '../../report/html.ts';
import { page } from '../../report/page.ts';
import { pageStyle } from '../../report/style.ts';
import { outcomes, secondsShown } from './counts.ts';
import type { Desk } from './orders.ts';
import type { PartnerScript, PartnerScriptInput } from './script.ts';

/** Refreshes only the changing part of the page, so that the form keeps its input. */
const script = `setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch('/').catch(() => undefined);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  document.querySelector('#now').replaceWith(page.querySelector('#now'));
}, 1000);`;
const toHash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = `default-src 'none'; img-src data:; style-src ${toHash(pageStyle)}; script-src ${toHash(script)}; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

export async function sendPartnerPage(desk: Desk, response: ServerResponse): Promise<void> {
  const content = html`<h1>Partner</h1>
<p>Fulfils the orders of the local platform, with the faults that are set here.</p>
${await now(desk)}${form(desk.script)}`;
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    // With `no-referrer`, the form would send `Origin: null`.
    'referrer-policy': 'same-origin',
  });
  response.end(page('Partner', content, script));
}

async function now({ book, counts, now }: Desk): Promise<Html> {
  const entries = book.entries();
  const accepted = entries.filter(({ state }) => state === 'accepted').length;
  const calls = counts.snapshot();
  const points = counts
    .lastSeconds(now().getTime())
    .map((count, second) => [second - secondsShown + 1, count] as const);
  const chart: Chart = {
    title: `The last ${secondsShown} seconds`,
    unit: 'calls per second',
    time: 'seconds from now',
    lines: [{ name: 'calls', points }],
  };
  // Imported on demand, because the library would slow down every start of the platform.
  const figure = (await import('../../report/chart.ts')).chartFigure(chart);
  const rows = outcomes.map(
    (outcome) => html`<tr><th scope="row">${outcome}</th><td class="number">${calls[outcome]}</td></tr>`,
  );
  return html`<div id="now">
<p>In the book: ${accepted} accepted, ${entries.length - accepted} refused. Calls: ${calls.all}.</p>
${figure}
<table><caption>Outcomes of the calls</caption><tbody>${rows}</tbody></table>
</div>`;
}

function form({ down, errorShare, latencyMs }: PartnerScript): Html {
  const number = (name: string, text: string, value: number, max: number) =>
    html`<label>${text}<input type="number" name="${name}" min="0" max="${max}" step="any" required value="${value}"></label>`;
  return html`<form method="post" action="/script">
<label><input type="checkbox" name="down"${down ? html` checked` : ''}> down</label>
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
