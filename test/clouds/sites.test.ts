import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SiteEngines, startSites } from '../../scripts/lab/sites/engines.ts';
import { failuresOf, siteReport } from '../../scripts/lab/sites/report.ts';
import { sellAtSites } from '../../scripts/lab/sites/sale.ts';

let engines: SiteEngines;

beforeAll(async () => {
  engines = await startSites({ onProgress: () => {} });
});

afterAll(() => engines.stop());

test('two clouds that cannot reach each other keep selling, and never oversell', async () => {
  const result = await sellAtSites(engines.stores, { orders: 90, seed: 1 });
  expect(failuresOf(result)).toEqual([]);
  expect(result.stranded).toBeGreaterThan(0);
  expect(result.merging).toBeGreaterThan(result.supply);
  expect(siteReport(result)).toContain('oversold 0');
}, 60_000);
