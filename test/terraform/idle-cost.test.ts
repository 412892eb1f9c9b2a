import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { idleRows, type Resources, toIdleTable } from '../../scripts/clouds/idle-cost.ts';
import { clouds } from '../../stacks/model/clouds/clouds.ts';
import { readStages } from './synthesized.ts';

const others = clouds.filter((cloud) => cloud !== 'aws');

test.each(others)('docs/deploying/%s.md holds what each stage costs while nobody buys', (cloud) => {
  const page = readFileSync(new URL(`../../docs/deploying/${cloud}.md`, import.meta.url), 'utf8');
  const table = toIdleTable(idleRows[cloud], readStages(cloud));
  expect(page, `docs/deploying/${cloud}.md must hold:\n${table}`).toContain(table);
});

test('a profile of Front Door costs by its tier, and an instance by its memory', () => {
  const stage: Resources = {
    azurerm_cdn_frontdoor_profile: { edge: { sku_name: 'Premium_AzureFrontDoor' } },
    azurerm_function_app_flex_consumption: {
      intake: { instance_memory_in_mb: 2048, always_ready: [{ name: 'http', instance_count: 2 }] },
      stock: { instance_memory_in_mb: 512 },
    },
  };
  const rows = toIdleTable(idleRows.azure, new Map([['prod', stage]])).split('\n');
  expect(rows[2]).toMatch(/\| \$330\.00 \|$/);
  expect(rows.at(-2)).toMatch(/\| \$42\.05 \|$/);
  expect(rows.at(-1)).toBe('| **total** | $372.05 |');
});
