import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { idleRows, toIdleTable } from '../../scripts/clouds/idle-cost.ts';
import type { Resources } from '../../scripts/clouds/idle-row.ts';
import { clouds } from '../../stacks/model/clouds/clouds.ts';
import { ref } from '../../stacks/rules/template/ref.ts';
import { readStages } from './synthesized.ts';

test.each(clouds)('docs/deploying/%s.md holds what each stage costs while nobody buys', (cloud) => {
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

test('provisioned concurrency costs its floor by the hour, and a table its units', () => {
  const reference = (type: string, property: string) => ref(`${type}.intake.${property}`);
  const stage: Resources = {
    aws_lambda_function: { intake: { memory_size: 1024 } },
    aws_lambda_alias: { intake: { function_name: reference('aws_lambda_function', 'function_name') } },
    aws_appautoscaling_target: {
      intake: { resource_id: `function:${reference('aws_lambda_alias', 'function_name')}:live`, min_capacity: 1 },
    },
    aws_appautoscaling_scheduled_action: Object.fromEntries(
      [
        ['cron(0 12 * * ? *)', '25'],
        ['cron(0 13 * * ? *)', '1'],
      ].map(([schedule, min_capacity], at) => [
        `action${at}`,
        {
          resource_id: reference('aws_appautoscaling_target', 'resource_id'),
          schedule,
          scalable_target_action: { min_capacity },
        },
      ]),
    ),
    aws_dynamodb_table: { stock: { read_capacity: 10, write_capacity: 10 } },
    aws_cloudwatch_metric_alarm: {
      one: { metric_name: 'Errors' },
      two: { metric_query: [{ expression: 'a + b' }, { id: 'a', metric: {} }, { id: 'b', metric: {} }] },
    },
  };
  const usd = toIdleTable(idleRows.aws, new Map([['prod', stage]]))
    .split('\n')
    .slice(2)
    .map((line) => /\$([\d.]+) \|$/.exec(line)?.[1]);
  // 48 GB-hours a day; $30 for 9 million GB-seconds.
  expect(usd.slice(0, 3)).toEqual(['17.52', '5.69', '0.30']);
});
