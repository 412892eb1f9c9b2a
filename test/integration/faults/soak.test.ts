import { expect, test } from 'vitest';
import { judgeSoak } from '../../../scripts/lab/soak/judge.ts';
import { soak } from '../../../scripts/lab/soak/soak.ts';
import { describeFailures } from '../../../scripts/report/finding.ts';
import { platform, tokenOf } from '../../support/deployed.ts';

const orders = 120;

test(`processes ${orders} orders despite lost answers, throttles, duplicates and killed workers`, async (context) => {
  const { enginePid } = platform;
  if (enginePid === undefined) return context.skip('the workers of an external engine run elsewhere');
  const issuer = {
    token: ({ customer, admin = false }: { customer: string; admin?: boolean }) => tokenOf(customer, { admin }),
  };
  const result = await soak(
    { ...platform, enginePid, issuer },
    // Workers take 2 s to start on a slow machine; with more frequent kills no function would ever run.
    { orders, seed: 1, parallel: 16, killEveryMs: 4_000, visibilityTimeoutSeconds: 6 },
  );
  expect(describeFailures(judgeSoak(result))).toEqual([]);
}, 240_000);
