import { Html, html } from '../../report/html.ts';
import { page } from '../../report/page.ts';
import type { Step } from './step.ts';
import { describeTotals, type Timeline } from './timeline.ts';

const rowHeight = 22;
const [left, width, right] = [300, 520, 90];
const colors: Readonly<Record<Step['kind'], string>> = {
  request: 'var(--line-1)',
  wait: 'var(--span)',
  work: 'var(--line-1)',
  partner: 'var(--line-3)',
  state: 'var(--soft)',
  trouble: 'var(--bad)',
};
const names = { wait: 'queue, stream, bus', work: 'work', partner: 'partner', state: 'state', trouble: 'trouble' };

/** The timeline as one page that loads nothing from other addresses, for light and dark. */
export function timelinePage(timeline: Timeline): string {
  const { orderId, state, traces, steps, totals, notes } = timeline;
  const begun = steps[0]?.at ?? 0;
  const keys = Object.entries(names).map(
    ([kind, name]) => html`<span class="key">${swatch(kind as Step['kind'])} ${name}</span>`,
  );
  const content = html`<h1>Order ${orderId}</h1>
<p class="made">since ${new Date(begun).toISOString()}; trace ${traces.join(', ')}</p>
<p>It is <b>${state}</b>. ${describeTotals(totals)}.</p>
${notes.map((note) => html`<p class="note">${note}</p>`)}
<figure class="chart"><figcaption><b>Its way</b>${keys}</figcaption>
<div class="scroll" tabindex="0" role="group" aria-label="Its way">${drawing(timeline, begun)}</div></figure>
<section><h2>Steps</h2><div class="scroll" tabindex="0" role="group" aria-label="Steps"><table>
<thead><tr>${['seconds', 'took', 'where', 'what'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>
${steps.map((step) => row(step, begun))}
</tbody></table></div></section>`;
  return page(`Order ${orderId}`, content);
}

const offset = (at: number, begun: number) => ((at - begun) / 1_000).toFixed(3);

function row({ kind, where, what, at, ms, version }: Step, begun: number): Html {
  const place = version === undefined ? where : `${where} [${version}]`;
  const text = kind === 'trouble' ? html`<td class="bad">${what}</td>` : html`<td>${what}</td>`;
  return html`<tr><td class="number">+${offset(at, begun)}</td><td class="number">${ms === 0 ? '' : (ms / 1_000).toFixed(3)}</td><td>${place}</td>${text}</tr>`;
}

const swatch = (kind: Step['kind']) =>
  html`<svg viewBox="0 0 28 8" width="28" height="8" aria-hidden="true"><rect width="28" height="8" fill="${colors[kind]}"/></svg>`;

/** Each step as a bar; a step without duration is a line. */
function drawing({ orderId, state, steps, totals }: Timeline, begun: number): Html {
  const height = (steps.length + 1) * rowHeight;
  const scale = (ms: number) => (totals.wholeMs === 0 ? 0 : (ms / totals.wholeMs) * width);
  const bars = steps.map((step, index) => {
    const [x, y] = [left + scale(step.at - begun), index * rowHeight];
    const label = `${step.where}: ${step.what}`;
    const short = label.length > 46 ? `${label.slice(0, 45)}…` : label;
    const took = step.ms === 0 ? '' : ` (${(step.ms / 1_000).toFixed(3)} s)`;
    return html`<g><title>${label}, +${offset(step.at, begun)} s${took}</title><text x="0" y="${y + 15}" fill="currentColor">${short}</text><rect x="${x.toFixed(1)}" y="${y + 4}" width="${Math.max(2, scale(step.ms)).toFixed(1)}" height="14" rx="2" fill="${colors[step.kind]}"/></g>`;
  });
  const axis = html`<text x="${left}" y="${height - 4}" fill="currentColor">0 s</text><text x="${left + width}" y="${height - 4}" text-anchor="end" fill="currentColor">${(totals.wholeMs / 1_000).toFixed(3)} s</text>`;
  return new Html(
    html`<svg role="img" aria-labelledby="way-title way-desc" viewBox="0 0 ${left + width + right} ${height}" font-size="12">
<title id="way-title">The way of order ${orderId}</title><desc id="way-desc">${steps.length} steps; it is ${state}. The table below has all of them.</desc>
${bars}${axis}</svg>`.text,
  );
}
