import { expect, test } from 'vitest';
import { parseProfile } from '../../../scripts/planner/profile/read-profile.ts';
import type { PlanReport } from '../../../scripts/planner/report/build.ts';
import { compareText } from '../../../scripts/planner/report/compare.ts';
import { toHtml, toMarkdown, toText } from '../../../scripts/planner/report/forms.ts';
import { dollars } from '../../../scripts/planner/report/words.ts';
import { type PlanRequest, planStage } from '../../../scripts/planner/run.ts';

const sale = (changes = '', rate = 50) =>
  parseProfile(
    `
profiles: { sale: { startRate: 1, stages: [{ duration: 10s, target: ${rate} }, { duration: 60s, target: ${rate} }] } }
calendar: [{ profile: sale, at: 'Fri 12:00' }]
${changes}`,
    'p.yaml',
  );

const planOf = (changes: Partial<PlanRequest> = {}): Promise<PlanReport> =>
  planStage({
    ...{ stage: 'prod', profile: sale(), measured: undefined, region: 'eu-central-1', freeTier: false },
    ...{ sensitivity: false, scales: [1], onStep() {} },
    ...changes,
  });

test('says in every form how many dollars come from guessed prices, and marks their rows', async () => {
  const report = await planOf();
  const { bill, guessedUsd } = report.cost;
  const guessed = bill.lines.filter(({ source }) => source.mark === 'guessed');
  expect(guessedUsd).toBeCloseTo(
    guessed.reduce((sum, { usd }) => sum + usd, 0),
    6,
  );
  expect(guessedUsd / bill.usd).toBeGreaterThan(0.5);
  for (const text of [toText(report), toMarkdown(report), toHtml(report)]) {
    expect(text).toMatch(/of it at guessed prices/);
    expect(text).toContain(`${dollars(guessedUsd)} (`);
  }
  const rowOf = (item: string) =>
    toMarkdown(report)
      .split('\n')
      .find((line) => line.includes(item));
  expect(rowOf('provisioned concurrency held')).toContain('| guessed | $');
  const known = bill.lines.find(({ source, usd }) => source.mark === 'documented' && usd > 1);
  expect(rowOf(known?.item ?? 'no row')).toContain('|  | $');
});

test('names the region by whose prices each column of a comparison is billed', async () => {
  const [dev, prod] = [await planOf({ stage: 'dev', region: 'us-east-1' }), await planOf()];
  const text = compareText([dev, prod]);
  expect(text).toMatch(/prices of +│ us-east-1 +│ eu-central-1/);
  expect(text).toContain(`${dollars(prod.cost.guessedUsd)} (`);
});
