import { type Section, sectionsText } from '../../report/report.ts';
import { reportPage } from '../../report/report-page.ts';
import type { PlanReport } from './build.ts';
import { toPageReport, toSections } from './sections.ts';

/** For a terminal: the verdict first, and again as the last line. */
export function toText(report: PlanReport): string {
  const budget = report.failures.map((failure) => `over the budget: ${failure}\n`).join('');
  return `${report.verdict}\n${sectionsText(toSections(report, false))}\n${budget}${report.verdict}\n`;
}

/** One plan, or a list of them. Rounded to six digits, so that a library's change in the last bit has no effect. */
export function toJson(report: PlanReport | readonly PlanReport[]): string {
  const round = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value);
  return `${JSON.stringify(report, round, 2)}\n`;
}

/** For a comment on a pull request. */
export function toMarkdown(report: PlanReport): string {
  const budget = report.failures.map((failure) => `- over the budget: ${failure}`);
  const sections = toSections(report, false).map(toMarkdownSection);
  return `${[`**${report.verdict}**`, ...(budget.length > 0 ? [budget.join('\n')] : []), ...sections, `**${report.verdict}**`].join('\n\n')}\n`;
}

export function toMarkdownSection({ title, table, notes = [] }: Section): string {
  const cells = (row: readonly (string | number)[]) =>
    `| ${row.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  const head = table?.head ?? [];
  const lines = table ? [cells(head), `|${head.map(() => '---').join('|')}|`, ...table.rows.map(cells)] : [];
  const code = notes.length > 0 ? ['```diff', ...notes.map((note) => note.trimStart()), '```'] : [];
  return [`### ${title}`, '', ...lines, ...code].join('\n');
}

/** One page with charts, without a script. */
export const toHtml = (report: PlanReport): string => reportPage(toPageReport(report), null);
