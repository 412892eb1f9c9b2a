import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { checkConfiguration, checkRules } from '../../../scripts/observability/check-rules.ts';
import { observabilityFolder, staleFiles, writeFiles } from '../../../scripts/observability/files.ts';
import { installPrometheus } from '../../../scripts/observability/promtool.ts';
import { toQuery } from '../../../scripts/observability/queries.ts';
import { type Alert, allStages, stageAlarms, toAlert } from '../../../scripts/observability/rules.ts';
import { durationBuckets, seriesRows } from '../../../scripts/platform/metrics/series.ts';
import { functionMetric } from '../../../stacks/model/operations/metrics.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';

const root = join(import.meta.dirname, '../../..');
const readRules = (stage: string): Alert[] =>
  parse(readFileSync(join(observabilityFolder, 'rules', `alerts-${stage}.yml`), 'utf8')).groups[0].rules;

function copied(): string {
  const folder = mkdtempSync(join(tmpdir(), 'observability-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(observabilityFolder, folder, { recursive: true });
  return folder;
}

test('the files are as npm run observability writes them', () => {
  expect(staleFiles()).toEqual([]);
});

test('a file that was changed, or belongs to nothing, is stale until it is written again', () => {
  const folder = copied();
  const rules = join(folder, 'rules/alerts-prod.yml');
  writeFileSync(rules, readFileSync(rules, 'utf8').replace('>= 5', '>= 6'));
  writeFileSync(join(folder, 'rules/alerts-gone.yml'), '');
  rmSync(join(folder, 'grafana/platform.json'));
  expect(staleFiles(folder)).toEqual(['rules/alerts-prod.yml', 'grafana/platform.json', 'rules/alerts-gone.yml']);
  writeFiles(folder);
  expect(staleFiles(folder)).toEqual([]);
});

describe.each(allStages.map((stage) => [stage.name, stage] as const))('the alerts of %s', (name, stage) => {
  test('are the alarms of the stage', () => {
    expect(readRules(name).map(({ alert }) => alert)).toEqual(stageAlarms(stage).map((row) => row.name));
  });

  test('lead to headings of the runbook', () => {
    const headings = [...readFileSync(join(root, 'docs/runbook.md'), 'utf8').matchAll(/^##+ (\S+)$/gm)];
    const anchors = new Set(headings.map(([, heading]) => `docs/runbook.md#${heading}`));
    for (const { annotations } of readRules(name)) expect(anchors).toContain(annotations.runbook);
  });

  test('compare durations with limits of buckets', () => {
    for (const { metric, threshold } of stageAlarms(stage)) {
      if ('expression' in metric || metric.statistic !== 'p99') continue;
      expect(durationBuckets).toContain(threshold * toQuery(name, metric).factor);
    }
  });

  test('look at series that exist', () => {
    const known = seriesRows.map(([series]) => series as string);
    const queries = stageAlarms(stage).flatMap(({ metric }) =>
      'expression' in metric ? [] : [toQuery(name, metric).series],
    );
    expect(queries.filter((series) => !known.includes(series) && !series.startsWith('app_'))).toEqual([]);
  });
});

// By hand: the tests of promtool have their series from the same table as the rules.
test.each([
  ['api-5xx', 'stage:api_requests_5xx:increase1m{stage="prod"} >= 5', '1m'],
  ['api-latency', 'stage:api_request_duration_seconds:p99_1m{stage="prod"} >= 2', '2m'],
  [
    'order-requests-dlq-depth',
    'stage_queue:queue_messages_visible:max1m{stage="prod", queue="order-requests-dlq"} >= 1',
    undefined,
  ],
  ['settlement-errors', 'stage_service:function_errors:increase1m{stage="prod", service="settlement"} >= 5', '1m'],
  ['intake-throttles', 'stage_service:function_throttles:increase1m{stage="prod", service="intake"} >= 10', '1m'],
  [
    'projection-iterator-age',
    'stage_service:stream_iterator_age_seconds:max1m{stage="prod", service="projection"} >= 60',
    '1m',
  ],
  [
    'partner-breaker',
    'stage_service:app_breaker_opened:increase1m{stage="prod", service="fulfilment"} >= 1',
    undefined,
  ],
  [
    'orders-by-customer-write-throttles',
    'stage_table_index:table_throttled_requests_write:increase1m{stage="prod", table="orders", index="byCustomer"} >= 10',
    '1m',
  ],
  [
    'sweeper-stopped',
    'max by (stage) (max_over_time(up{stage="prod"}[1d])) unless on (stage) (stage_service:function_invocations:increase5m{stage="prod", service="sweeper"} >= 1)',
    '10m',
  ],
  ['edge-5xx', 'stage:edge_responses_5xx:percent1m{stage="prod"} >= 5', '1m'],
])('%s is %s for %s', (name, expr, wait) => {
  const row = stageAlarms(stages.prod).find((one) => one.name === name);
  expect(row && toAlert(stages.prod, row)).toMatchObject({ expr, ...(wait !== undefined && { for: wait }) });
  if (row && wait === undefined) expect(toAlert(stages.prod, row)).not.toHaveProperty('for');
});

test('an alarm on a metric without a series, or on an unknown expression, is refused by name', () => {
  expect(() => toQuery('prod', functionMetric('prod', 'intake', 'Unheard', 'Sum'))).toThrow(/'AWS\/Lambda Unheard'/);
  const metric = {
    expression: 'a + b',
    metrics: { calls: functionMetric('prod', 'intake', 'Errors', 'Sum') },
    periodSeconds: 60,
  };
  const row = { name: 'strange', metric, threshold: 1, minutes: 1, meaning: '', runbook: '' };
  expect(() => toAlert(stages.prod, row)).toThrow(/'strange' computes 'a \+ b'/);
});

describe('promtool', () => {
  const programs = installPrometheus().catch((error: Error) => error);

  test('finds no mistake in the configuration', { timeout: 300_000 }, async (context) => {
    const found = await programs;
    if (found instanceof Error) return context.skip(`Prometheus is not installed: ${found.message}`);
    expect(await checkConfiguration(found.promtool)).toBe('');
  });

  // Each alarm once, at the first stage that has it; `npm run observability -- --check` breaches all at every stage.
  const tested = new Set<string>();
  const each = [stages.prod, ...allStages].map((stage) => {
    const rows = stageAlarms(stage).filter(({ name }) => !tested.has(name));
    for (const { name } of rows) tested.add(name);
    return [stage.name, rows.length, stage, rows] as const;
  });
  test.each(each.filter(([, count]) => count > 0))(
    'sees %s: %i alarms fire, each on its own series',
    { timeout: 300_000 },
    async (_name, _count, stage, rows) => {
      const found = await programs;
      if (found instanceof Error) return;
      expect(await checkRules(found.promtool, stage, { rows })).toBe('');
    },
  );

  test.each([
    ['a higher limit', 'service="intake"} >= 5', 'service="intake"} >= 6'],
    ['a switch that is never dead', 'unless on (stage) (', 'and on (stage) ('],
    [
      'a lower limit',
      'increase1m{stage="local", service="intake"} >= 5',
      'increase1m{stage="local", service="intake"} >= 4',
    ],
    ['a shorter wait', 'service="intake"} >= 5\n        for: 1m', 'service="intake"} >= 5'],
    ['a longer wait', 'service="intake"} >= 5\n        for: 1m', 'service="intake"} >= 5\n        for: 9m'],
    ['another function', 'service="intake"} >= 5', 'service="stock"} >= 5'],
  ])('sees a rule with %s', { timeout: 300_000 }, async (_, from, to) => {
    const found = await programs;
    if (found instanceof Error) return;
    const folder = join(copied(), 'rules');
    const file = join(folder, 'alerts-local.yml');
    const text = readFileSync(file, 'utf8').replace(from, to);
    expect(text).not.toBe(readFileSync(file, 'utf8'));
    writeFileSync(file, text);
    const rows = stageAlarms(stages.local).filter(({ name }) => /^(intake-errors|sweeper-stopped)$/.test(name));
    expect(await checkRules(found.promtool, stages.local, { rows, folder })).toContain('FAILED');
  });
});
