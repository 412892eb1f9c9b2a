import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DeleteItemCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from 'vitest';
import { countedKey, salesTotalKey } from '../../../functions/adapters/aws/keys.ts';
import type { StockResource } from '../../../functions/contracts/http.ts';
import { isOpen, isSold } from '../../../functions/domain/order.ts';
import { salesSlot } from '../../../functions/domain/sales.ts';
import { rebuildStores } from '../../../scripts/operations/rebuild/stores.ts';
import { partnerClient } from '../../../scripts/platform/partner/client.ts';
import { checkInvariants, holds } from '../../../scripts/sale/check/invariants.ts';
import type { AcceptedRecord, Snapshot } from '../../../scripts/sale/check/snapshot.ts';
import { tryForeignOrders } from '../../../scripts/sale/hostile-input.ts';
import {
  eventually,
  freshKey,
  freshProduct,
  output,
  platform,
  sdkConfig,
  shop,
  storesOf,
  tokenOf,
} from '../../support/deployed.ts';

const ada = await tokenOf('ada');
const dynamodb = new DynamoDBClient(sdkConfig);
const TableName = output('ViewsTable');
const stores = rebuildStores({ orders: output('OrdersTable'), views: TableName }, sdkConfig);

async function rebuild(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { endpointUrl, region, credentials } = platform;
  const child = spawn(process.execPath, ['scripts/commands/operate/rebuild.ts', '--stage', platform.stage, ...args], {
    env: {
      PATH: process.env.PATH,
      ...(endpointUrl && { AWS_ENDPOINT_URL: endpointUrl }),
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (piece) => (stdout += piece));
  child.stderr.on('data', (piece) => (stderr += piece));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

const partner = partnerClient(platform.partnerUrl);
const accepted: AcceptedRecord[] = [];

async function order(sku: string): Promise<string> {
  const key = freshKey();
  const { body } = await shop.placeOrder(ada, key, { sku, quantity: 1 });
  accepted.push({ ...body, customer: 'ada', key });
  return body.orderId;
}

/** Waits until all orders of the product are final, all its events are counted, and every invariant holds. */
async function quiet(sku: string): Promise<Snapshot> {
  const foreign = await tryForeignOrders(shop, (name) => tokenOf(name), accepted.slice(0, 1));
  return eventually(async () => {
    const book = (await partner.book()).filter((entry) => entry.sku === sku);
    const snapshot = { ...(await storesOf(sku)), book };
    expect(snapshot.orders.filter(isOpen)).toEqual([]);
    const verdicts = checkInvariants(snapshot, { accepted, ...foreign });
    expect(verdicts.filter((verdict) => !holds(verdict))).toEqual([]);
    return snapshot;
  }, 40_000);
}

/** All views as one text, independent of their generation. */
async function bytes(): Promise<string> {
  const { rows } = await stores.views(await stores.live());
  return [...rows.values()]
    .map((row) => JSON.stringify(Object.entries(row).sort()))
    .sort()
    .join('\n');
}

test('reports damaged views, repairs them during a sale, and rebuilds identically three times', async () => {
  const sku = await freshProduct({ units: 100 });
  const ids = await Promise.all(Array.from({ length: 6 }, () => order(sku)));
  await shop.cancelOrder(ada, ids[0] ?? '');
  await quiet(sku);
  const live = await stores.live();
  const damaged = salesTotalKey(live, sku, salesSlot(ids[1] ?? ''));
  await dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: marshall(damaged),
      UpdateExpression: 'ADD reservedUnits :five',
      ExpressionAttributeValues: { ':five': { N: '5' } },
    }),
  );
  await dynamodb.send(new DeleteItemCommand({ TableName, Key: marshall(countedKey(live, ids[2] ?? '')) }));

  const look = await rebuild();
  expect(look, look.stderr).toMatchObject({ code: 1, stdout: expect.stringContaining(`ORDER#${ids[2]} COUNTED`) });
  expect(await stores.live()).toBe(live);

  let done = false;
  const shopping = (async () => {
    for (; !done; ) await order(sku);
  })();
  const mended = await rebuild('--apply', '--settle', '4');
  done = true;
  await shopping;
  expect(mended, mended.stderr + mended.stdout).toMatchObject({ code: 0 });
  expect(await stores.live()).not.toBe(live);
  const { orders } = await quiet(sku);
  expect(orders.length).toBeGreaterThan(6);
  const { body } = await shop.call<StockResource>({ method: 'GET', path: `/products/${sku}/stock` });
  expect(body.reserved).toBe(orders.filter(isSold).length);

  const first = await bytes();
  expect(await rebuild('--apply', '--settle', '1')).toMatchObject({ code: 0 });
  const second = await bytes();
  expect(await rebuild('--apply', '--settle', '1')).toMatchObject({ code: 0 });
  const third = await bytes();
  expect(third).toBe(second);
  // During the first rebuild the projection counted new orders, under its own spans.
  const withoutSpans = (text: string) => text.replace(/(?<="00-[0-9a-f]{32})-[0-9a-f]{16}/g, '');
  expect(withoutSpans(first)).toBe(withoutSpans(second));
}, 180_000);
