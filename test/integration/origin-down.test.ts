import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, expect, test } from 'vitest';
import { eventually, freshProduct, lacking, platform, roleOf, sdkConfig } from '../support/deployed.ts';
import { askServer } from '../unit/platform/edge/fixture.ts';

const iam = new IAMClient(sdkConfig);
const PolicyName = 'no-store';
const Statement = [{ Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' }];
const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });

const ask = (path: string) => askServer(platform.edgeUrl, path);
const breakStore = async () =>
  iam.send(new PutRolePolicyCommand({ RoleName: await roleOf('catalog'), PolicyName, PolicyDocument }));
const mendStore = async () => iam.send(new DeleteRolePolicyCommand({ RoleName: await roleOf('catalog'), PolicyName }));

afterEach(() => mendStore().catch(() => {}));

test('serves a cached product with its age while the API fails, and a 5xx for an uncached one', async (context) => {
  const why = lacking('cdn-answers') ?? lacking('iam-enforced');
  if (why) return context.skip(why);
  const [known, unknown] = [`/products/${await freshProduct()}`, `/products/${await freshProduct()}`];
  // The creation is invalidated shortly after it; only later answers stay cached.
  await eventually(async () => expect(Number((await ask(known)).headers.age)).toBeGreaterThanOrEqual(2));
  const fresh = await ask(known);
  await breakStore();
  await eventually(async () => expect((await ask(unknown)).status).toBeGreaterThanOrEqual(500));
  await eventually(async () => expect(Number((await ask(known)).headers.age)).toBeGreaterThan(16));
  const stale = await ask(known);
  expect(stale).toMatchObject({ status: 200, mark: 'Stale', text: fresh.text });
  expect(stale.headers.etag).toBe(fresh.headers.etag);
  await mendStore();
  await eventually(async () => expect(await ask(known)).toMatchObject({ status: 200, mark: 'Hit', text: fresh.text }));
  await eventually(async () => expect((await ask(unknown)).status).toBe(200));
});
