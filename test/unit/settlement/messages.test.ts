import { expect, test, vi } from 'vitest';
import { deadlineMarginMs } from '../../../functions/runtime/batch.ts';
import { settleMessages } from '../../../functions/settlement/messages.ts';
import { offer, place } from '../../support/actions.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

const unknown = '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e';

/** Three orders for three units of one shard, and their messages. */
async function threeOrders() {
  const system = memorySystem();
  await offer(system, 3, { shards: 1 });
  const orderIds: string[] = [];
  for (const key of ['key-0000000a', 'key-0000000b', 'key-0000000c']) {
    orderIds.push(await place(system, { idempotencyKey: key }));
  }
  const { ledger } = system.ports;
  const commitTogether = vi.fn(async (transitions) => {
    for (const transition of transitions) await ledger.commit(transition);
    return 'committed' as const;
  });
  const ports = {
    ...system.ports,
    glances: system.ports.orders,
    ledger: { ...ledger, maxPerTransaction: () => 2, maxRejections: 2, commitTogether },
    deadLetters: { put: vi.fn(async () => {}) },
    continueTrace: (given: string) => given,
    remainingMs: () => 60_000,
  };
  const states = () => orderIds.map((orderId) => system.state.orders.get(orderId)?.order.state);
  return { system, ports, orderIds, states, messages: orderIds.map(messageOf) };
}

const messageOf = (orderId: string) => ({
  messageId: `message of ${orderId}`,
  body: JSON.stringify({ v: 1, orderId, traceparent }),
});
const redelivered = (failed: ReadonlySet<string>) => [...failed];

test('settles a batch in groups, and dead-letters unusable messages at once', async () => {
  const { system, ports, messages, states } = await threeOrders();
  const poison = { messageId: 'poison', body: '{"v":1' };
  expect(redelivered(await settleMessages([poison, ...messages, messageOf(unknown)], ports))).toEqual([]);
  expect(states()).toEqual(['CONFIRMED', 'CONFIRMED', 'CONFIRMED']);
  expect(ports.ledger.commitTogether).toHaveBeenCalledTimes(2);
  expect(ports.deadLetters.put.mock.calls).toEqual([
    [poison.body, 'MALFORMED_MESSAGE', undefined],
    [messageOf(unknown).body, 'UNKNOWN_ORDER', undefined],
  ]);
  expect(system.count('DeadLettered')).toBe(2);
  expect(system.count('ShardProbes')).toBe(2);
});

test('redelivers only messages whose orders were not settled', async () => {
  const { ports, messages, orderIds, states } = await threeOrders();
  const orders = {
    ...ports.orders,
    find(orderId: string) {
      if (orderId === orderIds[1]) throw new Error('throttled');
      return ports.orders.find(orderId);
    },
  };
  const answer = await settleMessages(messages, { ...ports, orders, glances: orders });
  expect(redelivered(answer)).toEqual([messages[1]?.messageId]);
  expect(states()).toEqual(['CONFIRMED', 'PENDING', 'CONFIRMED']);
});

test('redelivers a message that could not be dead-lettered', async () => {
  const { ports, messages, states } = await threeOrders();
  ports.deadLetters.put.mockRejectedValue(new Error('throttled'));
  expect(redelivered(await settleMessages([...messages, messageOf(unknown)], ports))).toEqual([
    `message of ${unknown}`,
  ]);
  expect(states()).toEqual(['CONFIRMED', 'CONFIRMED', 'CONFIRMED']);
});

test('settles an order once when two messages name it', async () => {
  const { ports, messages, states } = await threeOrders();
  const [first] = messages;
  if (!first) throw new Error('three orders were placed');
  expect(redelivered(await settleMessages([first, { ...first, messageId: 'once more' }], ports))).toEqual([]);
  expect(states()).toEqual(['CONFIRMED', 'PENDING', 'PENDING']);
});

test('starts no group when too little time is left, and redelivers its messages', async () => {
  const { ports, messages, states } = await threeOrders();
  const remainingMs = () => deadlineMarginMs - (ports.ledger.commitTogether.mock.calls.length > 0 ? 1 : 0);
  expect(redelivered(await settleMessages(messages, { ...ports, remainingMs }))).toEqual([messages[2]?.messageId]);
  expect(states()).toEqual(['CONFIRMED', 'CONFIRMED', 'PENDING']);
});

test('starts nothing when too little time is left from the start', async () => {
  const { ports, messages, states } = await threeOrders();
  const remainingMs = () => deadlineMarginMs - 1;
  expect(redelivered(await settleMessages(messages, { ...ports, remainingMs }))).toHaveLength(3);
  expect(states()).toEqual(['PENDING', 'PENDING', 'PENDING']);
});
