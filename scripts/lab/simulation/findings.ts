import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import type { Plan } from './plan.ts';
import type { Violation } from './world/outcome.ts';

/** An order keeps the shard count from when it was accepted, so a product's count must never change. */
export function findResharded({ products }: Snapshot, plan: Plan): Violation[] {
  return plan.products.flatMap(({ sku, shards }) => {
    const now = products.find((product) => product.sku === sku)?.shardCount;
    return now === shards ? [] : [{ invariant: 'I4', text: `${sku} had ${shards} shards and now has ${now}` }];
  });
}

/** @param types event types that the bus takes; all by default */
export function findUnpublished(
  { events }: Snapshot,
  published: ReadonlySet<string>,
  types?: readonly OrderEvent['type'][],
): Violation[] {
  return events
    .filter(({ type, order }) => (types?.includes(type) ?? true) && !published.has(`${order.orderId} ${order.version}`))
    .map(({ order }) => ({
      invariant: 'I3',
      text: `event ${order.version} of ${order.orderId} never reached the bus`,
    }));
}

/** At the end, each poison message must be a dead letter of its own step. */
export function findSwallowed({ deadLetters }: Snapshot, { poison }: Plan, projectsMessages: boolean): Violation[] {
  const names = new Set(deadLetters.map(({ step, body }) => `${step} ${body}`));
  return poison
    .filter(({ step }) => step !== 'projection' || projectsMessages)
    .filter(({ step, body }) => !names.has(`${step} ${body}`))
    .map(({ step, body }) => ({ invariant: 'letter', text: `${body} is not a dead letter of ${step}` }));
}
