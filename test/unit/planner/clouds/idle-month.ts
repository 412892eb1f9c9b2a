import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { CloudModel } from '../../../../scripts/planner/clouds/cloud-model.ts';
import { toCents } from '../../../../scripts/prices/money.ts';
import { stages } from '../../../../stacks/model/stages/stages.ts';

const stageNames = ['dev', 'staging', 'prod'] as const;

/** An idle month of each stage costs what docs/deploying counts in its synthesized resources. */
export function expectIdleMonths({ name, bill, regions: [region = ''] }: CloudModel): void {
  const page = readFileSync(new URL(`../../../../docs/deploying/${name}.md`, import.meta.url), 'utf8');
  const totals = /^\| \*\*total\*\* \| \$([\d.]+) \| \$([\d.]+) \| \$([\d.]+) \|$/m.exec(page)?.slice(1);
  const own = stageNames.map((stage) => {
    const { fixed, total } = bill({ stage: stages[stage], counts: new Map(), hours: 730 }, { region });
    expect(fixed).toBe(total);
    return toCents(total);
  });
  expect(own).toEqual(totals);
}
