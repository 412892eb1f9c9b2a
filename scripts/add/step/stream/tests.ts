import type { Spelling } from '../spelling.ts';

export const unitTest = ({ name, capital }: Spelling): string => `import { expect, test } from 'vitest';
import { deadLetters } from '../../../functions/adapters/memory/messaging.ts';
import { toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { confirmOrder, placeOrder, rejectOrder } from '../../../functions/domain/order.ts';
import { receiveMessage } from '../../../functions/${name}/events.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

const at = '2026-11-27T09:00:00.000Z';
const orderId = '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e';
const item = { customer: 'ada', sku: 'lamp', quantity: 1, unitPrice: 1, currency: 'EUR' as const, shardCount: 1 };
const placed = placeOrder({ ...item, orderId }, at);

function ${name}() {
  const system = memorySystem();
  const ports = { ...system.ports, deadLetters: deadLetters(system.state) };
  return { ...system, receive: (body: string) => receiveMessage({ body, messageId: 'm' }, ports) };
}

test('processes a confirmed order, and ignores other events', async () => {
  const system = ${name}();
  for (const order of [rejectOrder(placed, at), confirmOrder(placed, [{ shard: 0, quantity: 1 }], at)])
    await system.receive(JSON.stringify(toOrderEvent(order, traceparent)));
  expect(system.count('${capital}Done')).toBe(1);
  expect(system.state.deadLetters).toEqual([]);
});

test.each(['not JSON', JSON.stringify({ v: 7 })])('dead-letters a record that is not an event: %s', async (body) => {
  const { state, receive } = ${name}();
  await receive(body);
  expect(state.deadLetters).toEqual([{ body, reason: 'MALFORMED_EVENT' }]);
});
`;

/** The deployed function, behind the stream. */
export const deployedTest = ({ name }: Spelling): string => `import { randomUUID } from 'node:crypto';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, expect, test } from 'vitest';
import { redrivableServices } from '../../../scripts/operations/redrive/services.ts';
import { logLines } from '../../../scripts/sale/function-log.ts';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import { eventually, freshKey, freshProduct, platform, sdkConfig, shop, tokenOf } from '../../support/deployed.ts';

const lambda = new LambdaClient(sdkConfig);
afterAll(() => lambda.destroy());

test('processes the event of an order once it is confirmed', async () => {
  const sku = await freshProduct();
  const { body } = await shop.placeOrder(await tokenOf('${name}'), freshKey(), { sku, quantity: 1 });
  await eventually(async () => {
    const lines = await logLines<object>(platform, { service: '${name}', message: '${name}' });
    expect(lines).toContainEqual(expect.objectContaining({ orderId: body.orderId, result: 'done' }));
  });
});

test('dead-letters a record without an event, and the redrive tells why', async () => {
  const pk = randomUUID();
  const dynamodb = { Keys: { pk: { S: pk } }, NewImage: { pk: { S: pk } }, SequenceNumber: '1' };
  const target = { FunctionName: physicalName(platform.stage, '${name}'), Qualifier: aliasName };
  await lambda.send(new InvokeCommand({ ...target, Payload: JSON.stringify({ Records: [{ dynamodb }] }) }));
  const { services } = await redrivableServices({ stage: platform.stage, place: '', config: sdkConfig }, ['${name}']);
  const [redrivable] = services;
  const letter = await eventually(async () => {
    const letters = (await redrivable?.queue.receive(10, 5)) ?? [];
    const own = letters.find(({ body }) => String(body).includes(pk));
    if (!own) throw new Error('no such dead letter yet');
    return own;
  });
  expect(await redrivable?.diagnose(letter)).toEqual({ cause: 'MALFORMED_EVENT', outlook: 'would fail', about: pk });
  await redrivable?.queue.remove([letter]);
});
`;
