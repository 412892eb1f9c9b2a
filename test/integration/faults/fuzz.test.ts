import { expect, test } from 'vitest';
import { fuzz } from '../../../scripts/lab/fuzz/run.ts';
import { platform, tokenOf } from '../../support/deployed.ts';

const requests = 2_000;

test(`${requests} generated bad inputs cause no 5xx, no hang and no effect`, async (context) => {
  context.skip(!platform.embedded, 'it costs money on AWS, and is untested on other engines');
  const issuer = {
    token: ({ customer, admin = false }: { customer: string; admin?: boolean }) => tokenOf(customer, { admin }),
  };
  const { sent, statuses, findings } = await fuzz({ ...platform, issuer }, { requests, seed: 1, parallel: 16 });
  expect(findings).toEqual([]);
  expect(sent).toBeGreaterThan(requests);
  for (const status of [400, 401, 403, 404, 405]) expect(statuses.get(status)).toBeGreaterThan(0);
}, 400_000);
