import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import type { Spelling } from '../spelling.ts';

/** Confirmed orders, from the bus to the worker's queue. */
export function addSubscription(draft: Draft, step: Spelling, kept: Kept): void {
  const { name } = step;
  draft.after(
    'stacks/model/workers.ts',
    ['subscriptions', "={ name: 'confirmed-orders', event: 'OrderConfirmed', worker: 'fulfilment' }"],
    `{ name: '${name}-events', event: 'OrderConfirmed', worker: '${name}' }`,
  );
  draft.create(`test/integration/workers/${name}-events.test.ts`, deployedTest(step));
  if (kept.azure) addAzure(draft, step);
  if (kept.google) addGoogle(draft, step);
}

/** The projection sends events to the queues of their type. */
function addAzure(draft: Draft, { name }: Spelling): void {
  draft.after(
    'functions/projection/azure.ts',
    ['bus', "={ type: 'OrderConfirmed', queue: storage.queue(queues.fulfilments), delayMs: env.CANCELLABLE_MS }"],
    `{ type: 'OrderConfirmed', queue: storage.queue(queues.${name}), delayMs: 0 }`,
  );
  draft.after('stacks/terraform/azure/data.ts', ['use', 'projection', '=queues.fulfilments'], `queues.${name}`);
}

function addGoogle(draft: Draft, { name, upper }: Spelling): void {
  draft.after(
    'stacks/model/clouds/google-topology.ts',
    ['pushes', confirmedOrders],
    `{
      name: '${name}-events',
      topic: 'BUS_TOPIC',
      type: 'OrderConfirmed',
      deadLetters: '${upper}_DEAD_LETTER_TOPIC',
      service: '${name}',
    }`,
  );
  draft.after(
    'test/terraform/google.test.ts',
    ['signs, retries and dead-letters pushed messages, and keeps dead letters', 'pushed', 'confirmed-orders'],
    `'${name}-events'`,
  );
}

const confirmedOrders = `={
  name: 'confirmed-orders',
  topic: 'BUS_TOPIC',
  type: 'OrderConfirmed',
  deadLetters: 'FULFILMENT_DEAD_LETTER_TOPIC',
  service: 'fulfilment',
}`;

const deployedTest = ({ name }: Spelling): string => `import { expect, test } from 'vitest';
import { logLines } from '../../../scripts/sale/function-log.ts';
import { eventually, freshKey, freshProduct, platform, shop, tokenOf } from '../../support/deployed.ts';

test('processes an order once it is confirmed', async () => {
  const sku = await freshProduct();
  const { body } = await shop.placeOrder(await tokenOf('${name}'), freshKey(), { sku, quantity: 1 });
  await eventually(async () => {
    const lines = await logLines<object>(platform, { service: '${name}', message: '${name}' });
    expect(lines).toContainEqual(expect.objectContaining({ orderId: body.orderId, result: 'done' }));
  });
});
`;
