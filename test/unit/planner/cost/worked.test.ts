import { expect, test } from 'vitest';
import { checkWorkedCosts } from '../../../../scripts/planner/cost/worked.ts';

test.each(checkWorkedCosts())('$name costs what $source says', ({ model, published, errorPercent }) => {
  expect(model).toBe(published);
  expect(errorPercent).toBe(0);
});
