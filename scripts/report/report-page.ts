import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chartFigure } from './chart.ts';
import { type Html, html } from './html.ts';
import { page } from './page.ts';
import { plural, type Report, type Section, type Table } from './report.ts';

/** A whole report as one page: the verdict first. Without a date, the same report gives the same bytes. */
export function reportPage({ title, about, success, failures, sections }: Report, madeAt: Date | null): string {
  const made = madeAt ? [html`<p class="made">${madeAt.toISOString().slice(0, 16).replace('T', ' ')} UTC</p>`] : [];
  const content = [html`<h1>${title}</h1>`, ...made, html`<p>${about}</p>`, verdict(success, failures)];
  return page(title, html`${[...content, ...sections.map(section)]}`);
}

/** Writes the page as `folder/name.html`; returns its address. */
export function writeReportPage(report: Report, folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.html`);
  writeFileSync(path, reportPage(report, new Date()));
  return pathToFileURL(path).href;
}

function verdict(success: string, failures: readonly string[]): Html {
  if (failures.length === 0) return html`<div class="verdict good"><p>✓ ${success}</p></div>`;
  return html`<div class="verdict bad"><p>✗ ${plural(failures.length, 'check')} failed</p><ul>${failures.map((one) => html`<li>${one}</li>`)}</ul></div>`;
}

function section({ title, table: shown, charts = [], ...rest }: Section): Html {
  const { notes = shown || charts.length > 0 ? [] : ['Nothing was measured.'] } = rest;
  return html`<section><h2>${title}</h2>
${charts.map(chartFigure)}${shown ? [tableOf(title, shown)] : []}
${notes.map((note) => html`<p class="note">${note}</p>`)}</section>`;
}

function tableOf(title: string, { head, rows }: Table): Html {
  const names = head ? html`<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>` : html``;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${title}"><table>${names}<tbody>
${rows.map((cells) => html`<tr>${cells.map(cell)}</tr>`)}
</tbody></table></div>`;
}

function cell(value: string | number, index: number): Html {
  if (index === 0) return html`<th scope="row">${value}</th>`;
  if (typeof value === 'number' || /^-?[\d.,]+$/.test(value)) return html`<td class="number">${value}</td>`;
  return /^(FAILED|BROKEN)/.test(value) ? html`<td class="bad">${value}</td>` : html`<td>${value}</td>`;
}
