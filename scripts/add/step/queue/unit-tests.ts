import type { Draft } from '../../draft.ts';
import type { Spelling } from '../spelling.ts';

/** Behaviour of the use case, of its messages, and of its entry on Lambda. */
export function addUnitTests(draft: Draft, step: Spelling): void {
  draft.create(`test/unit/${step.name}/messages.test.ts`, messages(step));
  draft.create(`test/integration/workers/${step.name}.test.ts`, deployed(step));
  draft.after('test/unit/entries/aws.test.ts', ['fulfilment names the messages that failed by their ids'], entry(step));
}

const messages = ({ name, capital }: Spelling): string => `import { expect, test } from 'vitest';
import { deadLetters } from '../../../functions/adapters/memory/messaging.ts';
import { processMessage } from '../../../functions/${name}/messages.ts';
import { RetryLater } from '../../../functions/ports/retry-later.ts';
import { offer, place } from '../../support/actions.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

const unknown = '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e';
const request = (orderId: string) => JSON.stringify({ v: 1, traceparent, order: { orderId } });

function ${name}() {
  const system = memorySystem();
  const ports = { ...system.ports, deadLetters: deadLetters(system.state) };
  return { ...system, ports, work: (body: string) => processMessage({ body, messageId: 'm' }, ports) };
}

test('processes the order of a message', async () => {
  const system = ${name}();
  await offer(system, 1);
  await system.work(request(await place(system)));
  expect(system.count('${capital}Done')).toBe(1);
  expect(system.state.deadLetters).toEqual([]);
});

test.each([
  ['a malformed message', 'not JSON', 'MALFORMED_MESSAGE'],
  ['a message of an unknown version', JSON.stringify({ v: 7 }), 'MALFORMED_MESSAGE'],
  ['an unknown order', request(unknown), 'UNKNOWN_ORDER'],
])('dead-letters %s with its reason', async (_, body, reason) => {
  const { state, work } = ${name}();
  await work(body);
  expect(state.deadLetters).toEqual([{ body, reason }]);
});

test('leaves a message to the queue when the store does not answer', async () => {
  const { state, ports } = ${name}();
  const find = () => Promise.reject(new RetryLater('no answer'));
  const gone = { ...ports, orders: { ...ports.orders, find } };
  await expect(processMessage({ body: request(unknown), messageId: 'm' }, gone)).rejects.toThrow(RetryLater);
  expect(state.deadLetters).toEqual([]);
});
`;

const entry = ({ name }: Spelling): string => `test('${name} names the messages that failed by their ids', async () => {
  const { handler } = await import('../../../functions/${name}/aws.ts');
  script(documents, outage);
  const dead = script(sqs, {});
  const event = batch((number) => ({ v: 1, order: { orderId: orderId(number) }, traceparent }));
  expect(await handler(event, context)).toEqual(failures(['message-0', 'message-2']));
  expect(dead).toHaveLength(1);
});`;

const deployed = ({ name, capital }: Spelling): string => `import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from 'vitest';
import type { ${capital}Request } from '../../../functions/contracts/${name}-request.ts';
import { deriveOrderId } from '../../../functions/intake/place-order.ts';
import { redrivableServices } from '../../../scripts/operations/redrive/services.ts';
import { logLines } from '../../../scripts/sale/function-log.ts';
import { eventually, freshKey, freshProduct, output, platform, sdkConfig, shop, tokenOf } from '../../support/deployed.ts';
import { traceparent } from '../../support/memory-system.ts';

const sqs = new SQSClient(sdkConfig);
afterAll(() => sqs.destroy());

async function send(orderId: string): Promise<void> {
  const request: ${capital}Request = { v: 1, traceparent, order: { orderId } };
  const [QueueUrl, MessageBody] = [output('${capital}QueueUrl'), JSON.stringify(request)];
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}

test('processes the order that a message names', async () => {
  const sku = await freshProduct();
  const { body } = await shop.placeOrder(await tokenOf('${name}'), freshKey(), { sku, quantity: 1 });
  await send(body.orderId);
  await eventually(async () => {
    const lines = await logLines<object>(platform, { service: '${name}', message: '${name}' });
    expect(lines).toContainEqual(expect.objectContaining({ orderId: body.orderId, result: 'done' }));
  });
});

test('dead-letters an unknown order, and the redrive tells why', async () => {
  const orderId = deriveOrderId('nobody', randomUUID());
  await send(orderId);
  const { services } = await redrivableServices({ stage: platform.stage, place: '', config: sdkConfig }, ['${name}']);
  const [redrivable] = services;
  const letter = await eventually(async () => {
    const letters = (await redrivable?.queue.receive(10, 5)) ?? [];
    const own = letters.find(({ body }) => String(body).includes(orderId));
    if (!own) throw new Error('no such dead letter yet');
    return own;
  });
  expect(await redrivable?.diagnose(letter)).toEqual({ cause: 'UNKNOWN_ORDER', outlook: 'would fail', about: orderId });
  await redrivable?.queue.remove([letter]);
});
`;
