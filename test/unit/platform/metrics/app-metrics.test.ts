import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { AppMetrics } from '../../../../scripts/platform/metrics/app-metrics.ts';
import { counterHelp, toAppName, toCounterName } from '../../../../scripts/platform/metrics/series.ts';

interface Emitted {
  readonly unit?: string;
  readonly value: unknown;
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** A line as Powertools writes it. */
function emf(name: string, { unit = 'Count', value, dimensions = { service: 'ignored' } }: Emitted) {
  const directive = { Namespace: 'n', Dimensions: [Object.keys(dimensions)], Metrics: [{ Name: name, Unit: unit }] };
  return { _aws: { Timestamp: 1, CloudWatchMetrics: [directive] }, ...dimensions, [name]: value };
}

async function exposed(...lines: object[]): Promise<string[]> {
  const registry = new Registry();
  const app = new AppMetrics(registry);
  for (const line of lines) app.emit('intake', line as Record<string, unknown>);
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test.each([
  ['OrdersAccepted', 'app_orders_accepted_total'],
  ['HTTPErrors', 'app_http_errors_total'],
  ['Url5xxCount', 'app_url5xx_count_total'],
  ['already_snake', 'app_already_snake_total'],
  ['SeenTotal', 'app_seen_total'],
  ['with space-and-dash', 'app_with_space_and_dash_total'],
  ['2ndTry', 'app_2nd_try_total'],
])('the counter %s is %s', (name, series) => {
  expect(toCounterName(name)).toBe(series);
});

test('no two counters of the functions share a name', () => {
  const names = Object.keys(counterHelp).map(toCounterName);
  expect(new Set(names).size).toBe(names.length);
  expect(toAppName('A')).toBe('app_a');
});

test('adds up the counts of a function, also an array of them', async () => {
  const lines = [emf('OrdersAccepted', { value: 2 }), emf('OrdersAccepted', { value: [1, 4] })];
  expect(await exposed(...lines)).toEqual(['app_orders_accepted_total{service="intake"} 7']);
});

test('keeps a counter without a description, with its dimensions', async () => {
  const line = emf('RefundsMade', { value: 3, dimensions: { service: 'x', 'pay-way': 'card' } });
  expect(await exposed(line)).toEqual(['app_refunds_made_total{service="intake",pay_way="card"} 3']);
});

test('merges values whose dimensions differ from the first ones', async () => {
  const lines = [emf('Seen', { value: 1 }), emf('Seen', { value: 1, dimensions: { service: 'x', route: 'a' } })];
  expect(await exposed(...lines)).toEqual(['app_seen_total{service="intake"} 2']);
});

test.each([
  ['Milliseconds', 1500, 'app_wait_seconds', 1.5],
  ['Seconds', 2, 'app_wait_seconds', 2],
  ['Kilobytes', 2, 'app_wait_bytes', 2000],
  ['Percent', 50, 'app_wait_ratio', 0.5],
  ['None', 7, 'app_wait', 7],
  ['Count/Second', 7, 'app_wait', 7],
])('turns %s into base units', async (unit, value, name, expected) => {
  expect(await exposed(emf('Wait', { unit, value }))).toEqual([
    `${name}_sum{service="intake"} ${expected}`,
    `${name}_count{service="intake"} 1`,
  ]);
});

test('a count that falls is no counter', async () => {
  const lines = [emf('Balance', { value: 5 }), emf('Balance', { value: -2 })];
  expect(await exposed(...lines)).toEqual([
    'app_balance_total{service="intake"} 5',
    'app_balance_sum{service="intake"} -2',
    'app_balance_count{service="intake"} 1',
  ]);
});

test('a name that two kinds claim goes to the first', async () => {
  const lines = [emf('Seen', { value: 1 }), emf('SeenTotal', { unit: 'None', value: 2 })];
  expect(await exposed(...lines)).toContain('app_seen_total_other_sum{service="intake"} 2');
});

test.each([
  ['no directive', { _aws: null, A: 1 }],
  ['no list', { _aws: { CloudWatchMetrics: 'x' }, A: 1 }],
  ['no value', { ...emf('A', { value: 1 }), A: undefined }],
  ['a text as value', emf('A', { value: 'many' })],
  ['a nameless metric', emf('', { value: 1 })],
  ['a log line', { level: 'INFO', message: 'A' }],
])('ignores a line with %s', async (_, line) => {
  expect(await exposed(line)).toEqual([]);
});
