import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { logLines } from '../../../scripts/sale/function-log.ts';
import {
  eventually,
  freshKey,
  freshProduct,
  output,
  platform,
  sdkConfig,
  settled,
  shop,
  tokenOf,
} from '../../support/deployed.ts';
import { traceparent } from '../../support/memory-system.ts';

const sqs = new SQSClient(sdkConfig);

/** In one call to SQS. */
const mostEntries = 10;

async function deliverAgain(orderId: string, times: number): Promise<void> {
  const MessageBody = JSON.stringify({ v: 1, orderId, traceparent });
  for (let sent = 0; sent < times; sent += mostEntries) {
    const Entries = Array.from({ length: mostEntries }, (_, i) => ({ Id: String(i), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: output('OrderQueueUrl'), Entries }));
  }
}

test('settlement gets more than ten messages at once, which its queue collects within the batching window', async (context) => {
  context.skip(!platform.embedded, 'third-party engines collect batches in their own ways');
  const sinceMs = Date.now();
  const ada = await tokenOf('ada');
  const { body } = await shop.placeOrder(ada, freshKey(), { sku: await freshProduct(), quantity: 1 });
  await settled(ada, body.orderId);
  const deliveries = 30;
  await deliverAgain(body.orderId, deliveries);
  const lines = await eventually(async () => {
    const all = await logLines<{ orderId: string; function_request_id: string }>(platform, {
      service: 'settlement',
      message: 'settled',
      sinceMs,
    });
    const own = all.filter(({ orderId }) => orderId === body.orderId);
    expect(own).toHaveLength(deliveries + 1);
    return own;
  });
  const batches = Map.groupBy(lines, (line) => line.function_request_id);
  expect(Math.max(...[...batches.values()].map((batch) => batch.length))).toBeGreaterThan(10);
}, 60_000);
