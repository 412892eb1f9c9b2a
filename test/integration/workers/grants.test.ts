import { beforeAll, beforeEach, expect, test } from 'vitest';
import { connect, type Deployment } from '../../../scripts/lab/grants/deployment.ts';
import type { Grant } from '../../../scripts/lab/grants/policy.ts';
import { readGrants } from '../../../scripts/lab/grants/roles.ts';
import { expectHealthy, tryGrant } from '../../../scripts/lab/grants/try-grant.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { type Service, serviceNames } from '../../../stacks/model/services.ts';
import { adminToken, lacking, platform, tokenOf } from '../../support/deployed.ts';

let deployment: Deployment;
let grants: readonly Grant[];

beforeEach(({ skip }) => {
  const lack = lacking('iam-enforced');
  if (lack) skip(lack);
});

beforeAll(async () => {
  if (lacking('iam-enforced')) return;
  deployment = connect({ ...platform, target: platform, adminToken, customerToken: await tokenOf('grants-probe') });
  grants = (await Promise.all(serviceNames.map((service) => readGrants(service, deployment)))).flat();
});

/** One grant of each kind; `npm run grants` tries all. */
const tried: readonly (readonly [Service, action: string, resource: string, failure: RegExp])[] = [
  ['intake', 'dynamodb:PutItem', 'orders', /^place an order: expected 202, got 500/],
  ['intake', 'sqs:SendMessage', 'order-requests', /^place an order: expected 202, got 500/],
  ['settlement', 'dynamodb:UpdateItem', 'stock', /^confirm an order on one shard/],
  ['projection', 'events:PutEvents', 'events', /^count an order and publish its event/],
];

test.each(tried)('%s fails without %s on %s, and recovers with it', async (service, action, resource, failure) => {
  const name = physicalName(platform.stage, resource);
  const grant = grants.find(
    (one) => one.service === service && one.action === action && one.resource.split(/[/:]/).at(-1) === name,
  );
  if (!grant) throw new Error(`${service} has no grant ${action} on ${name}`);
  // Always restores the grant, then waits until the service works again.
  const trial = await tryGrant(grant, deployment);
  expect(trial).toMatchObject({ verdict: 'necessary', text: expect.stringMatching(failure) });
});

test.each(serviceNames)('%s can use every grant of its role', async (service) => {
  await expectHealthy(service, deployment);
});
