import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { Costs } from './shape.ts';

/** What the guides say about costs and quotas; tests compare it with the stages. */
export function addCosts(draft: Draft, costs: Costs, kept: Kept): void {
  const aws = 'docs/deploying/aws.md';
  raiseDollars(draft, aws, { 'alarms: ': costs.alarms, 'empty receives of the workers: ': costs.receives });
  if (kept.azure) raiseDollars(draft, 'docs/deploying/azure.md', { 'alerts on the logs, ': costs.alerts });
  if (kept.google) raiseDollars(draft, 'docs/deploying/google.md', { 'schedules: ': costs.schedules });
  const doctor = 'test/unit/operations/doctor/aws-trouble.test.ts';
  for (const [stage, more] of Object.entries(costs.environments)) {
    const needs = stage === 'dev' ? '`dev` needs ' : '`prod` ';
    for (const before of [needs, `${needs}\\d+ \\(`]) raiseNumber(draft, aws, before, more);
    raiseNumber(draft, doctor, `\\['${stage}', `, more);
  }
}

function raiseNumber(draft: Draft, file: string, before: string, by: number): void {
  const place = new RegExp(`(${before})(\\d+)`);
  draft.rewrite(file, place, (_, text = '', number = '') => `${text}${Number(number) + by}`);
}

/** Adds to the amounts at the end of each row, and of the total. */
function raiseDollars(draft: Draft, file: string, rows: Readonly<Record<string, number>>): void {
  const total = Object.values(rows).reduce((sum, one) => sum + one, 0);
  for (const [row, by] of Object.entries({ ...rows, '\\*\\*total\\*\\* ': total })) {
    if (by === 0) continue;
    draft.rewrite(file, new RegExp(`^(\\| ${row}.*?)((?:\\| \\$[\\d.]+ )+\\|)$`), (_, before = '', amounts = '') => {
      const raised = amounts.replaceAll(
        /\$([\d.]+)/g,
        (_all, amount: string) => `$${(Number(amount) + by).toFixed(2)}`,
      );
      return `${before}${raised}`;
    });
  }
}
