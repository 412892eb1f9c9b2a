import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import type { Spelling } from '../spelling.ts';

const folder = 'test/clouds/conformance';
/** The backend's method that takes all waiting requests off the queue. */
const take = ({ capital }: Spelling) => `take${capital}Requests`;

/** The test of the queue's port, and the queue on every backend of the suite. */
export function addConformance(draft: Draft, step: Spelling, kept: Kept): void {
  const { name, capital } = step;
  draft.create(`${folder}/suite/${name}-tests.ts`, suite(step));
  draft.after(`${folder}/conform.ts`, ['everywhere', '=queueTests'], `${name}Tests`);
  draft.import(`${folder}/conform.ts`, [`${name}Tests`], `./suite/${name}-tests.ts`);
  const backend = `${folder}/backend.ts`;
  draft.after(backend, ['CloudPorts', 'fulfilments'], `readonly ${name}: ${capital}Queue;`);
  draft.after(
    backend,
    ['Backend', 'dueFulfilments'],
    `/** Takes the waiting requests off the ${name} queue. */\n${take(step)}(): Promise<readonly string[]>;`,
  );
  draft.import(backend, [`type ${capital}Queue`], `../../../functions/ports/${name}.ts`);
  addMemory(draft, step);
  if (kept.cdk) addAws(draft, step);
  if (kept.azure) addAzure(draft, step);
  if (kept.google) addGoogle(draft, step);
}

function addMemory(draft: Draft, step: Spelling): void {
  const { name } = step;
  const backend = `${folder}/memory-backend.ts`;
  draft.after(backend, ['open', '=fulfilments: delayed(fulfilmentQueue(state), due)'], `${name}: ${name}Queue(state)`);
  draft.after(
    backend,
    ['open', 'dueFulfilments'],
    `${take(step)}: async () => state.${name}Requests.splice(0).map((request) => JSON.stringify(request))`,
  );
  draft.import(backend, [`${name}Queue`], '../../../functions/adapters/memory/messaging.ts');
}

function addAws(draft: Draft, step: Spelling): void {
  const { name, queue } = step;
  const backend = `${folder}/aws-backend.ts`;
  draft.after(backend, ['Names', 'fulfilments'], `'${name}'`);
  draft.after(
    backend,
    ['createResources', "=fulfilments: { Value: { Ref: findId('QueueName', physical('fulfilment-requests')) } }"],
    `${name}: { Value: { Ref: findId('QueueName', physical('${queue}')) } }`,
  );
  draft.after(
    backend,
    ['portsOn', '=fulfilments: messaging.fulfilmentQueue(fulfilments)'],
    `${name}: messaging.${name}Queue(names.${name})`,
  );
  draft.after(
    backend,
    ['open', 'dueFulfilments'],
    `async ${take(step)}() {
      const messages = await receive(sqs, names.${name}, 30);
      await Promise.all(messages.map((message) => toReceived(sqs, names.${name}, message).done()));
      return messages.map(({ Body = '' }) => Body);
    }`,
  );
}

function addAzure(draft: Draft, step: Spelling): void {
  const { name } = step;
  const backend = `${folder}/azure-backend.ts`;
  draft.after(
    backend,
    ['messagingPorts', '=fulfilments: fulfilmentQueue(fulfilments)'],
    `${name}: ${name}Queue(storage.queue(queues.${name}))`,
  );
  draft.after(
    backend,
    ['open', 'dueFulfilments'],
    `async ${take(step)}() {
      const messages = await receive(storage.queue(queues.${name}), 30);
      await Promise.all(messages.map(({ done }) => done()));
      return messages.map(({ body }) => body);
    }`,
  );
  draft.import(backend, [`${name}Queue`], '../../../functions/adapters/azure/messaging.ts');
}

function addGoogle(draft: Draft, step: Spelling): void {
  const { name, queue } = step;
  const backend = `${folder}/google-backend.ts`;
  const variable = `${name}Requests`;
  draft.below(backend, ["=const fulfilments = 'fulfilment-requests';"], `const ${variable} = '${queue}';`);
  draft.below(
    backend,
    ['open', '=await pubsub.create({ name: fulfilments, topic: fulfilments, ackDeadlineSeconds: 30 });'],
    `await pubsub.createTopic(${variable});
    await pubsub.create({ name: ${variable}, topic: ${variable}, ackDeadlineSeconds: 30 });`,
  );
  draft.after(
    backend,
    ['portsOn', '=fulfilments: postponed.fulfilmentQueue(db, systemClock)'],
    `${name}: messaging.${name}Queue(${variable})`,
  );
  draft.after(
    backend,
    ['open', '=dueFulfilments: () => dueFulfilments(db, pubsub)'],
    `async ${take(step)}() {
      const messages = await pubsub.pull(${variable}, 10, waitMs);
      await Promise.all(messages.map(({ acknowledge }) => acknowledge()));
      return messages.map(({ body }) => body);
    }`,
  );
}

const suite = (step: Spelling): string => `import { expect, test } from 'vitest';
import { deriveOrderId } from '../../../../functions/intake/place-order.ts';
import { traceparent } from '../../../support/memory-system.ts';
import { freshCustomer, type System } from './system.ts';

export function ${step.name}Tests(system: () => System): void {
  test('delivers a request for ${step.name} as it was sent', async () => {
    const { ports, backend } = system();
    const order = { orderId: deriveOrderId(freshCustomer(), 'key-00000001') };
    const request = { v: 1 as const, traceparent, order };
    await ports.${step.name}.send(request);
    const bodies = await backend.${take(step)}();
    expect(bodies.map((body) => JSON.parse(body))).toEqual([request]);
  });
}
`;
