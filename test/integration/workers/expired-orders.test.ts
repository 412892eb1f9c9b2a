import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { countedKey, eventKey, orderKey } from '../../../functions/adapters/aws/keys.ts';
import { isOpen } from '../../../functions/domain/order.ts';
import { compareLive } from '../../../scripts/operations/rebuild/run.ts';
import { rebuildStores } from '../../../scripts/operations/rebuild/stores.ts';
import { partnerClient } from '../../../scripts/platform/partner/client.ts';
import { checkInvariants } from '../../../scripts/sale/check/invariants.ts';
import { readTables } from '../../../scripts/sale/check/read-stores.ts';
import { expiryOf } from '../../../scripts/sale/check/retention.ts';
import { type AcceptedRecord, onlyProducts, type Snapshot } from '../../../scripts/sale/check/snapshot.ts';
import { storeNamesOf } from '../../../scripts/sale/deployed-quiescence.ts';
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
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(sdkConfig));
const [orders, views] = [output('OrdersTable'), output('ViewsTable')];
const stores = rebuildStores({ orders, views }, sdkConfig);
const partner = partnerClient(platform.partnerUrl);

/** Three seconds, in days. The functions of this stage keep orders for ever, so that the test sets the expiry. */
const days = 3 / 86_400;
/** The embedded engine deletes expired rows once a minute. */
const reapedWithinMs = 90_000;

const setExpiry = (TableName: string, Key: object, expiresAt: number) =>
  documents.send(
    new UpdateCommand({
      ...{ TableName, Key: { ...Key } },
      UpdateExpression: 'SET expiresAt = :expiresAt',
      ExpressionAttributeValues: { ':expiresAt': expiresAt },
    }),
  );

/** The rows that the functions would write in a stage with this retention. */
async function letExpire({ orders: ended, events, counted }: Snapshot): Promise<void> {
  for (const { orderId, changedAt } of ended) await setExpiry(orders, orderKey(orderId), expiryOf(changedAt, { days }));
  for (const { order } of events)
    await setExpiry(orders, eventKey(order.orderId, order.version), expiryOf(order.changedAt, { days }));
  const generation = await stores.live();
  for (const { orderId } of counted) {
    const last = ended.find((order) => order.orderId === orderId)?.changedAt ?? '';
    await setExpiry(views, countedKey(generation, orderId), expiryOf(last, { days }));
  }
}

test('the store deletes expired orders, and what is left still adds up', { timeout: 180_000 }, async (ctx) => {
  if (!platform.embedded) ctx.skip('only the embedded engine is known to delete rows within a minute');
  if (platform.stage !== 'local') ctx.skip('tested on the stage local: the tables of the others are the same');
  const sku = await freshProduct({ units: 10, limitPerCustomer: 4 });
  const accepted: AcceptedRecord[] = [];
  const place = async (quantity: number) => {
    const key = freshKey();
    const { body } = await shop.placeOrder(ada, key, { sku, quantity });
    accepted.push({ ...body, customer: 'ada', key });
    return body.orderId;
  };
  const old = [await place(2), await place(1), await place(4)];
  const before = await eventually(async () => {
    const snapshot = await storesOf(sku);
    expect(snapshot.orders.filter(isOpen)).toEqual([]);
    expect(snapshot.counted.map(({ version }) => version).sort()).toEqual(
      snapshot.orders.map(({ version }) => version).sort(),
    );
    expect(snapshot.orders).toHaveLength(old.length);
    return snapshot;
  }, 40_000);
  await letExpire(before);

  await eventually(async () => {
    const left = await storesOf(sku);
    expect([left.orders, left.events, left.counted]).toEqual([[], [], []]);
  }, reapedWithinMs);
  expect((await shop.getOrder(ada, old[0] ?? '')).status).toBe(404);

  const expired = (await compareLive(stores, days)).expired;
  expect(expired?.reservedUnits).toBeGreaterThanOrEqual(3);
  const own = onlyProducts(
    { ...(await readTables(storeNamesOf(platform), sdkConfig, days)), deadLetters: [] },
    new Set([sku]),
  );
  const book = (await partner.book()).filter((entry) => entry.sku === sku);
  const foreign = await tryForeignOrders(shop, (name) => tokenOf(name), accepted.slice(0, 1));
  const check = (snapshot: Snapshot) =>
    checkInvariants(snapshot, { accepted, ...foreign }).flatMap(({ id, violations }) =>
      violations.map((text) => `${id} ${text}`),
    );
  expect(check({ ...own, book })).toEqual([]);
  const oneTooMany = own.shards.map((shard, index) => (index === 0 ? { ...shard, left: shard.left + 1 } : shard));
  expect(check({ ...own, book, shards: oneTooMany }).join('\n')).toContain(`I4 ${sku}: 2 units without an order, 3`);
});
