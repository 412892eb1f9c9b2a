import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { CloudModel } from '../../../../scripts/planner/clouds/cloud-model.ts';
import { validationTable } from '../../../../scripts/planner/validation/validation-table.ts';

/** Nothing is missed, exactly these rows differ, and the document shows it. */
export function expectPublished({ published }: CloudModel, differing: readonly string[]): void {
  const checks = published.checks();
  const rowsThat = (outcome: string) =>
    checks.filter((one) => one.outcome === outcome).map(({ set, row }) => `${set}: ${row}`);
  expect(rowsThat('missed')).toEqual([]);
  expect(rowsThat('differs')).toEqual(differing);
  const document = readFileSync(join(import.meta.dirname, '../../../../docs/planning.md'), 'utf8');
  expect(document).toContain(validationTable(checks, published.listed));
}
