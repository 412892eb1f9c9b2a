import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Subscriptions } from '../../../functions/adapters/google/subscriptions.ts';
import { toBytes } from '../../../functions/lib/bytes.ts';
import type { DeadLetters } from '../../../functions/ports/messaging.ts';
import { findEngines } from '../../../scripts/clouds/google/find-engines.ts';
import { deadLetterTopic, workTopic } from '../../../scripts/clouds/google/redrive.ts';
import { startEngines } from '../../../scripts/clouds/google/start-engines.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';
import { anyBody } from '../../support/message-bodies.ts';

const workspace = createWorkspace();
let stop = () => {};
let pubsub: Subscriptions;
let deadLetters: DeadLetters;

beforeAll(async () => {
  const engines = await startEngines(findEngines(), workspace);
  stop = engines.stop;
  Object.assign(process.env, engines.env);
  pubsub = await (await import('../../../functions/adapters/google/subscriptions.ts')).subscriptions();
  for (const name of ['work', 'dead']) {
    await pubsub.createTopic(name);
    await pubsub.create({ name, topic: name, ackDeadlineSeconds: 60 });
  }
  deadLetters = (await import('../../../functions/adapters/google/messaging.ts')).deadLetters('dead');
});
afterAll(async () => {
  await pubsub.close();
  stop();
  workspace.remove();
});

const attributeNames = fc.oneof(
  // The message's own attribute, not our reason.
  fc.constant('reason'),
  fc.stringMatching(/^[a-z]\w{0,20}$/).filter((name) => name !== 'redriveOf'),
);
const attributes = fc.dictionary(attributeNames, fc.string({ maxLength: 50 }), { maxKeys: 10, noNullPrototype: true });
/** Pub/Sub takes no empty message. */
const bodies = anyBody.filter((body) => body.length > 0);

test('a message comes back byte for byte, with attributes and ordering key', async () => {
  const samples = fc.sample(fc.tuple(bodies, attributes, fc.option(fc.uuid(), { nil: undefined })), 60);
  const expected = new Map<string, unknown>();
  for (const [index, [body, own, orderingKey]] of samples.entries()) {
    const named = Object.entries({ ...own, sample: String(index) });
    const typed = Object.fromEntries(named.map(([name, value]) => [name, { type: 'String', value }]));
    await deadLetters.put(body, 'UNKNOWN_ORDER', { attributes: typed, ...(orderingKey && { orderingKey }) });
    expected.set(String(index), [toBytes(body).toString('hex'), { ...own, sample: String(index) }, orderingKey]);
  }

  const dead = deadLetterTopic(pubsub, 'dead');
  const work = workTopic(pubsub, 'work', 'redriven');
  for (let left = samples.length; left > 0; ) {
    const letters = await dead.receive(100, 60);
    expect(new Set((await work.send(letters)).values())).toEqual(new Set(['sent']));
    await dead.remove(letters);
    left -= letters.length;
  }

  const found = new Map<string, unknown>();
  while (found.size < samples.length) {
    for (const { data, attributes: all, orderingKey, acknowledge } of await pubsub.pull('work', 100, 1_000)) {
      const { redriveOf: _, ...own } = all;
      found.set(own.sample ?? '', [data.toString('hex'), own, orderingKey]);
      await acknowledge();
    }
  }
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
}, 60_000);

const hundred = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`n${n}`, { type: 'String', value: 'x' }]));

test('adds no reason to a dead letter that has as many attributes as Pub/Sub allows', async () => {
  await deadLetters.put('{}', 'UNKNOWN_ORDER', { attributes: hundred });
  const dead = deadLetterTopic(pubsub, 'dead');
  const found: unknown[] = [];
  await expect.poll(async () => found.push(...(await dead.receive(100, 60)))).toBe(1);
  expect(found).toMatchObject([{ envelope: { attributes: hundred } }]);
  expect(found).not.toMatchObject([{ envelope: { attributes: { reason: {} } } }]);
}, 20_000);

test('a message with as many attributes as Pub/Sub allows is left where it is, with the reason', () => {
  const letter = { id: 'a', body: '{}', envelope: { attributes: hundred }, sentAt: 0, receipt: 'r' };
  expect(workTopic(pubsub, 'work', 'redriven').findObstacle?.(letter)).toMatch(/has 100 attributes/);
});
