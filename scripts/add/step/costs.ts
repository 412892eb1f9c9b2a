import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';

/** Dollars a month for each stage, as in the tables of docs/deploying. */
const aws = { alarms: 0.6, receives: 0.26 };
const azureAlerts = 4.5;
/** The step's share of the account's environments: `maxConcurrency` of its defaults. */
const environments = 2;

/** What the guides say about costs and quotas; tests compare it with the stages. */
export function addCosts(draft: Draft, kept: Kept): void {
  const guide = 'docs/deploying/aws.md';
  raiseDollars(draft, guide, 'alarms: ', aws.alarms);
  raiseDollars(draft, guide, 'empty receives of the workers: ', aws.receives);
  raiseDollars(draft, guide, '\\*\\*total\\*\\* ', aws.alarms + aws.receives);
  raiseNumber(draft, guide, '`dev` needs ');
  raiseNumber(draft, guide, '`dev` needs \\d+ \\(');
  raiseNumber(draft, guide, '`prod` ');
  raiseNumber(draft, guide, '`prod` \\d+ \\(');
  const doctor = 'test/unit/operations/doctor/aws-trouble.test.ts';
  raiseNumber(draft, doctor, "\\['dev', ");
  raiseNumber(draft, doctor, "\\['prod', ");
  if (!kept.azure) return;
  raiseDollars(draft, 'docs/deploying/azure.md', 'alerts on the logs, ', azureAlerts);
  raiseDollars(draft, 'docs/deploying/azure.md', '\\*\\*total\\*\\* ', azureAlerts);
}

/** Adds to the amounts at the end of a table's row. */
function raiseDollars(draft: Draft, file: string, row: string, by: number): void {
  draft.rewrite(file, new RegExp(`^(\\| ${row}.*?)((?:\\| \\$[\\d.]+ )+\\|)$`), (_, before = '', amounts = '') => {
    const raised = amounts.replaceAll(/\$([\d.]+)/g, (_all, amount: string) => `$${(Number(amount) + by).toFixed(2)}`);
    return `${before}${raised}`;
  });
}

function raiseNumber(draft: Draft, file: string, before: string): void {
  draft.rewrite(file, new RegExp(`(${before})(\\d+)`), (_, text = '', number = '') => {
    return `${text}${Number(number) + environments}`;
  });
}
