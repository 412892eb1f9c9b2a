import { randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { OrderResource } from '../../../functions/contracts/http.ts';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import type { Service } from '../../../stacks/model/services.ts';
import type { Deployment } from './deployment.ts';
import { eventually, expectSame, expectStatus, ProbeFailure } from './probe.ts';

export const customer = 'grants-probe';
export const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
export const freshKey = () => `grants-${randomUUID()}`;
export const freshSku = () => `grants-${randomUUID().slice(0, 8)}`;
export const productBody = { name: 'Probe', unitPrice: 1_999, currency: 'EUR', peakOrdersPerSecond: 200 } as const;
/** Follows from `productBody`: one shard per 100 orders per second. */
export const productShards = 2;

export function putProduct({ shop, adminToken }: Deployment, sku: string, version?: number) {
  const headers = version === undefined ? {} : { 'if-match': `"${version}"` };
  return shop.call({ method: 'PUT', path: `/products/${sku}`, token: adminToken, headers, body: productBody });
}

/** Creates a separate product for one probe, its units spread over two shards. */
export async function freshProduct(deployment: Deployment, units: number): Promise<string> {
  const sku = freshSku();
  expectStatus(201, await putProduct(deployment, sku));
  expectStatus(200, await deployment.shop.restock(deployment.adminToken, sku, freshKey(), units));
  return sku;
}

export async function placeOrder({ shop, customerToken }: Deployment, sku: string, quantity = 1, key = freshKey()) {
  const answer = await shop.placeOrder(customerToken, key, { sku, quantity });
  expectStatus(202, answer);
  return answer.body;
}

/** Waits until the order is in this state. */
export function waitForState(
  { shop, customerToken }: Deployment,
  orderId: string,
  state: OrderResource['state'],
): Promise<void> {
  return eventually(async () => {
    const answer = await shop.getOrder(customerToken, orderId);
    expectStatus(200, answer);
    expectSame('state', state, answer.body.state);
  });
}

/** Invokes a worker as its event source would, but synchronously: no waiting, no leftovers in a queue. */
export async function invokeWorker(deployment: Deployment, service: Service, Records: unknown[]): Promise<void> {
  const { batchItemFailures } = (await invokeBatch(deployment, service, Records)) as { batchItemFailures: unknown[] };
  if (batchItemFailures.length > 0)
    throw new ProbeFailure(`the worker failed ${batchItemFailures.length} of ${Records.length} records`);
}

/** Like `invokeWorker`, for a worker that fails as a whole. */
export async function invokeBatch(
  { lambda, stage }: Deployment,
  service: Service,
  Records: unknown[],
): Promise<unknown> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({
      FunctionName: physicalName(stage, service),
      Qualifier: aliasName,
      Payload: JSON.stringify({ Records }),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError) throw new ProbeFailure(`the function ended with ${FunctionError}: ${text.slice(0, 200)}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Waits for the message that contains `text`, and deletes it from the queue. */
export async function takeMessage({ sqs }: Deployment, QueueUrl: string, text: string): Promise<void> {
  await eventually(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1 }),
    );
    const found = Messages.find(({ Body }) => Body?.includes(text));
    if (!found?.ReceiptHandle) throw new ProbeFailure(`no message with '${text}' is in ${QueueUrl}`);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: found.ReceiptHandle }));
  });
}
