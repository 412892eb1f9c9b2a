import { stages } from '../../../stacks/model/stages/stages.ts';
import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { Costs } from './shape.ts';

/** Dollars a month. */
const price = { alarm: 0.1, polledQueue: 0.26, alert: 1.5, schedule: 0.1 };

/** The columns of the guides' tables. */
export const columns = [stages.dev, stages.staging, stages.prod];

/** Updates costs and quotas in the guides; tests compare them with the stages. */
export function addCosts(draft: Draft, costs: Costs, kept: Kept): void {
  const aws = 'docs/deploying/aws.md';
  const everywhere = (amount: number) => columns.map(() => amount);
  raiseDollars(draft, aws, {
    // A release has an alarm on the errors of the new version, and one on the latency of an API.
    'alarms: ': columns.map(({ releases }) => price.alarm * (costs.alarms + (releases ? 1 + costs.apis : 0))),
    'empty receives of the workers: ': everywhere(price.polledQueue * costs.polled),
  });
  if (kept.azure)
    raiseDollars(draft, 'docs/deploying/azure.md', { 'alerts on the logs, ': everywhere(price.alert * costs.alerts) });
  if (kept.google)
    raiseDollars(draft, 'docs/deploying/google.md', { 'schedules: ': everywhere(price.schedule * costs.schedules) });
  if (kept.azure && kept.planner)
    raiseNumber(draft, 'scripts/planner/clouds/azure/bill.ts', 'alerts = \\{ logs: ', costs.alerts);
  addEnvironments(draft, costs, aws);
}

/** Alarms on AWS, of the same number in each stage. */
export function addAlarms(draft: Draft, count: number): void {
  raiseDollars(draft, 'docs/deploying/aws.md', { 'alarms: ': columns.map(() => price.alarm * count) });
}

/** Updates the account's concurrency. */
function addEnvironments(draft: Draft, { environments, apis }: Costs, aws: string): void {
  const doctor = 'test/unit/operations/doctor/aws-trouble.test.ts';
  for (const stage of ['dev', 'prod'] as const) {
    const needs = stage === 'dev' ? '`dev` needs ' : '`prod` ';
    const isProvisioned = Object.values(stages[stage].functions).some(({ provisioned }) => provisioned !== null);
    const all = environments[stage] + (isProvisioned ? 0 : apis);
    raiseNumber(draft, aws, needs, all);
    raiseNumber(draft, aws, `${needs}\\d+ \\(`, environments[stage]);
    raiseNumber(draft, doctor, `\\['${stage}', `, all);
  }
}

function raiseNumber(draft: Draft, file: string, before: string, by: number): void {
  const place = new RegExp(`(${before})(\\d+)`);
  draft.rewrite(file, place, (_, text = '', number = '') => `${text}${Number(number) + by}`);
}

/** Adds to the amounts at the end of each row, one per stage, and to their total, which is the sum of what is shown. */
export function raiseDollars(draft: Draft, file: string, rows: Readonly<Record<string, readonly number[]>>): void {
  const raised = Object.entries(rows).map(([row, more]) => raiseRow(draft, file, row, more));
  const total = columns.map((_, at) => raised.reduce((sum, row) => sum + (row[at] ?? 0), 0));
  raiseRow(draft, file, '\\*\\*total\\*\\* ', total);
}

/** @returns by how much the shown amounts, which are rounded to cents, have risen */
function raiseRow(draft: Draft, file: string, row: string, more: readonly number[]): readonly number[] {
  const raised: number[] = [];
  if (more.every((by) => by === 0)) return raised;
  draft.rewrite(file, new RegExp(`^(\\| ${row}.*?)((?:\\| \\$[\\d.]+ )+\\|)$`), (_, before = '', amounts = '') => {
    const raise = (amount: string) => {
      const shown = (Number(amount) + (more[raised.length] ?? 0)).toFixed(2);
      raised.push(Number(shown) - Number(amount));
      return `$${shown}`;
    };
    return `${before}${amounts.replaceAll(/\$([\d.]+)/g, (_all, amount: string) => raise(amount))}`;
  });
  return raised;
}
