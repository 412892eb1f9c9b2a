import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { atMemory } from '../../../scripts/planner/model/functions/durations.ts';
import { parseProfile } from '../../../scripts/planner/profile/read-profile.ts';
import { compareMarkdown, compareText } from '../../../scripts/planner/report/compare.ts';
import { exportLoad } from '../../../scripts/planner/report/export-load.ts';
import { toJson, toMarkdown } from '../../../scripts/planner/report/forms.ts';
import { readMeasured } from '../../../scripts/planner/report/measured.ts';
import { clockOf, dollars, number } from '../../../scripts/planner/report/words.ts';
import { planStage } from '../../../scripts/planner/run.ts';

const profile = parseProfile(
  `
profiles: { sale: { startRate: 1, stages: [{ duration: 10s, target: 50 }, { duration: 20s, target: 50 }] } }
calendar: [{ profile: sale, at: 'Fri 12:00' }]
`,
  'p.yaml',
);
const folder = mkdtempSync(join(tmpdir(), 'plan-'));
afterAll(() => rmSync(folder, { recursive: true }));

function measuredFrom(value: unknown) {
  const file = join(folder, 'measured.json');
  writeFileSync(file, JSON.stringify(value));
  return readMeasured(file, () => 1_024);
}

test('exports the same arrivals for k6, Artillery and Locust', () => {
  const k6 = exportLoad(profile, 'k6');
  // Per 1,000 s, so that no rate loses its fraction.
  expect(k6).toContain('"startRate": 1000');
  expect(k6).toContain('"target": 50000');
  const { config } = parse(exportLoad(profile, 'artillery')) as { config: { phases: object[] } };
  expect(config.phases).toEqual([
    { duration: 10, arrivalRate: 1, rampTo: 50 },
    { duration: 20, arrivalRate: 50 },
  ]);
  expect(exportLoad(profile, 'locust')).toContain('(10, 1, 50),\n    (20, 50, 50),');
});

test('exports what customers do as often as those of the profile', () => {
  const shop = { ...profile.shop, browsePerOrder: 2.5, repeatPosts: 0.25, statusReadsPerOrder: 3, cancels: 0.04 };
  const [k6, locust] = [exportLoad({ ...profile, shop }, 'k6'), exportLoad({ ...profile, shop }, 'locust')];
  // A text that no engine could read throws.
  expect(() => stripTypeScriptTypes(k6)).not.toThrow();
  for (const text of [k6, locust])
    for (const often of ['times(2.5)', '1 + times(0.25)', 'times(3)', '() < 0.04']) expect(text).toContain(often);
  const { scenarios } = parse(exportLoad({ ...profile, shop }, 'artillery')) as {
    scenarios: { name: string; weight: number; flow: object[] }[];
  };
  expect(scenarios.map(({ name, weight }) => [name, weight])).toEqual([
    ['order', 72],
    ['order, cancelled', 3],
    ['order, posted twice', 24],
    ['order, posted twice, cancelled', 1],
  ]);
  expect(scenarios[3]?.flow).toMatchObject([{ count: 3 }, { count: 2 }, { count: 3 }, { delete: {} }]);
  const never = { ...shop, repeatPosts: 0, cancels: 0, browsePerOrder: 0 };
  expect(exportLoad({ ...profile, shop: never }, 'artillery').match(/name: /g)).toHaveLength(1);
});

test('takes measured durations in its own form, from Power Tuning and from CloudWatch', () => {
  expect(measuredFrom({ durations: { intake: 38 } })).toEqual({ intake: [{ memoryMb: 1_024, p50Ms: 38 }] });
  expect(measuredFrom({ function: 'intake', stats: [{ value: 512, averageDuration: 70 }] })).toEqual({
    intake: [{ memoryMb: 512, p50Ms: 70 }],
  });
  expect(measuredFrom([{ function: 'settlement', Datapoints: [{ Average: 100 }, { Average: 200 }] }])).toEqual({
    settlement: [{ memoryMb: 1_024, p50Ms: 150 }],
  });
  expect(() => measuredFrom({ durations: { intake: -1 } })).toThrow('holds no durations that are known');
  expect(() => measuredFrom({ durations: {} })).toThrow('holds no durations that are known');
  expect(() => measuredFrom([])).toThrow('holds no durations that are known');
  expect(() => readMeasured(join(folder, 'none.json'), () => 1)).toThrow('cannot read');
});

test.each([
  [{ stats: [{ value: 512, averageDuration: 70 }] }, "Power Tuning and lacks the key 'function', which must be one of"],
  [[{ Datapoints: [{ Average: 100 }] }], "CloudWatch and lacks the key 'function', which must be one of"],
  [{ function: 'shop', Datapoints: [{ Average: 100 }] }, `CloudWatch and has "shop" as its 'function', which must be`],
])('names the key that output of a tool of AWS lacks: %j', (value, message) => {
  expect(() => measuredFrom(value)).toThrow(message);
});

test('reads a duration between two sizes along the share of a core', () => {
  const points = [
    { memoryMb: 512, p50Ms: 100 },
    { memoryMb: 1_024, p50Ms: 50 },
  ];
  expect(atMemory(points, 512)).toBe(100);
  expect(atMemory(points, 768)).toBeCloseTo(100 * (512 / 768), 5);
  expect(atMemory(points, 2_048)).toBe(50);
});

test('compares stages under one load, and writes a comment for a pull request', async () => {
  const options = {
    region: 'us-east-1',
    freeTier: false,
    measured: undefined,
    sensitivity: false,
    scales: [1],
    onStep() {},
  };
  const [dev, prod] = [
    await planStage({ ...options, stage: 'dev', profile }),
    await planStage({ ...options, stage: 'prod', profile }),
  ];
  expect(dev.holds).toBe(false);
  expect(prod.holds).toBe(true);
  const lines = compareText([dev, prod]).trimEnd().split('\n');
  expect(lines[0]).toBe(lines.at(-2));
  expect(lines.at(-1)).toMatch(/^prod \(aws\): prod carries 50 orders\/s/);
  const together = compareMarkdown([dev, prod]);
  expect(together).toContain(`- **dev (aws): ${dev.verdict}**`);
  expect(together).toContain('|  | dev (aws) | prod (aws) |\n|---|---|---|\n| peak, orders/s | 50 | 50 |');
  expect(JSON.parse(toJson([dev, prod])).map(({ stage }: { stage: string }) => stage)).toEqual(['dev', 'prod']);
  const comment = toMarkdown(dev);
  expect(comment.startsWith(`**${dev.verdict}**`)).toBe(true);
  expect(comment).toMatch(/```diff\n(.|\n)*\+ /);
});

test('writes numbers, dollars and times alike everywhere', () => {
  expect([number(1_234_567), number(0.123456), number(12)]).toEqual(['1,230,000', '0.123', '12']);
  expect([dollars(1_234.5), dollars(3.1, true), dollars(-2)]).toEqual(['$1,234.50', '+$3.10', '-$2.00']);
  expect(clockOf({ name: 'sale', segments: [], seconds: 0, startsAt: 43_200, times: 1, isSale: true }, 14)).toBe(
    '12:00:14',
  );
});
