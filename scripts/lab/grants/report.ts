import Table from 'cli-table3';
import { shortResource } from './policy.ts';
import type { Trial, Verdict } from './try-grant.ts';

const without: Readonly<Record<Verdict, (text: string) => string>> = {
  necessary: (text) => text,
  poller: (text) => `(${text})`,
  needless: (text) => `NEEDLESS: ${text}`,
  unexplained: (text) => `UNEXPLAINED: ${text}`,
};

export function reportOf(trials: readonly Trial[]): string {
  const table = new Table({
    head: ['function', 'action', 'resource', 'what failed without it'],
    style: { head: [], border: [], compact: true },
  });
  table.push(
    ...trials.map(({ grant, verdict, text }) => [
      grant.service,
      grant.action,
      shortResource(grant),
      without[verdict](text),
    ]),
  );
  return `${table.toString()}\n${summarize(trials)}\n`;
}

function summarize(trials: readonly Trial[]): string {
  const count = (verdict: Verdict) => trials.filter((trial) => trial.verdict === verdict).length;
  const unexplained = count('unexplained') > 0 ? [`${count('unexplained')} unexplained`] : [];
  return `${trials.length} grants: ${[
    `${count('necessary')} proven necessary`,
    `${count('poller')} used by AWS's own pollers only`,
    `${count('needless')} needless`,
    ...unexplained,
  ].join(', ')}`;
}
