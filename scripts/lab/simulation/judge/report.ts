import { table } from '../../../report/table.ts';
import { isTested, type Mutant } from '../mutants/mutant.ts';
import type { Verdict } from './judge.ts';

const judgeOf = (mutant: Mutant) => (isTested(mutant) ? mutant.test : mutant.scenario);

/** Formats one line, printed while other mutants are still being judged. */
export function formatVerdict({ mutant, fate, by, seed }: Verdict): string {
  const where = seed === undefined ? '' : `seed ${seed}, `;
  return `${fate.padEnd(17)}  ${mutant.name}: ${where}${by}`;
}

/** Lists all mutants by judge, with counts by fate. */
export function summarise(verdicts: readonly Verdict[]): string {
  const rows = [...verdicts]
    .map(({ mutant, fate, by, seed }) => [
      judgeOf(mutant),
      mutant.name,
      mutant.caughtBy,
      fate === 'caught' ? by : `${fate.toUpperCase()}: ${by}`,
      seed ?? '',
    ])
    .sort(([a], [b]) => String(a).localeCompare(String(b)));
  const fates = [...Map.groupBy(verdicts, ({ fate }) => fate)].map(([fate, those]) => `${those.length} ${fate}`);
  return [
    table(rows, ['judged by', 'mutant', 'must break', 'broke', 'seed']),
    `${verdicts.length} mutants: ${fates.sort().join(', ')}`,
  ].join('\n');
}
