import type { Draft } from '../../draft.ts';
import type { Spelling } from '../spelling.ts';
import { queueWorker, type Worker } from '../worker.ts';

/** Entry, adapter, topics, stack, local platform and redrive. */
export function addGoogle(draft: Draft, step: Spelling): void {
  draft.create(`functions/${step.name}/google.ts`, entry(step));
  addAdapter(draft, step);
  draft.after(
    'stacks/model/clouds/google-topology.ts',
    ['topics', 'FULFILMENT_DEAD_LETTER_TOPIC'],
    `${step.upper}_TOPIC: { name: '${step.queue}', publishers: [] }`,
  );
  addGoogleWorker(draft, step, queueWorker(step), `${step.upper}_TOPIC`);
}

function addAdapter(draft: Draft, { name, capital }: Spelling): void {
  const messaging = 'functions/adapters/google/messaging.ts';
  draft.after(
    messaging,
    ['orderQueue'],
    `export function ${name}Queue(topicName: string): ${capital}Queue {
  const topic = openTopic(topicName);
  return {
    async send(request) {
      await topic.publishMessage({ json: request });
    },
  };
}`,
  );
  draft.import(messaging, [`type ${capital}Queue`], `../../ports/${name}.ts`);
}

/** Adds a worker that Pub/Sub pushes the messages of a topic to. */
export function addGoogleWorker(draft: Draft, step: Spelling, worker: Worker, topic: string): void {
  addTopology(draft, step, topic);
  addStack(draft, step, worker);
  addPlatform(draft, step, worker);
}

function addTopology(draft: Draft, { name, upper, queue }: Spelling, topic: string): void {
  const topology = 'stacks/model/clouds/google-topology.ts';
  draft.after(
    topology,
    ['topics', 'FULFILMENT_DEAD_LETTER_TOPIC'],
    `${upper}_DEAD_LETTER_TOPIC: { name: '${queue}-dead', publishers: ['${name}'] }`,
  );
  draft.after(
    topology,
    ['pushes', fulfilmentPush],
    `{ name: '${queue}', topic: '${topic}', deadLetters: '${upper}_DEAD_LETTER_TOPIC', service: '${name}' }`,
  );
}

const fulfilmentPush = `={
  name: 'fulfilment-requests',
  topic: 'FULFILMENT_TOPIC',
  deadLetters: 'FULFILMENT_DEAD_LETTER_TOPIC',
  service: 'fulfilment',
}`;

function addStack(draft: Draft, { name, upper, deadLetters }: Spelling, { what }: Worker): void {
  const rows = 'stacks/terraform/google/alert-rows.ts';
  draft.after(
    rows,
    ['deadLetterRunbook', 'FULFILMENT_DEAD_LETTER_TOPIC'],
    `${upper}_DEAD_LETTER_TOPIC: '${deadLetters}'`,
  );
  draft.after(
    rows,
    ['waitingAlerts', 'fulfilment'],
    `${name}: { meaning: '${what} wait too long for ${name}.', runbook: '${name}-age' }`,
  );
}

function addPlatform(draft: Draft, { name }: Spelling, { diagnose, looks }: Worker): void {
  draft.after('scripts/clouds/google/platform.ts', ['concurrentPushes', 'fulfilment'], `${name}: 5`);
  const redrive = 'scripts/clouds/google/redrive.ts';
  draft.after(redrive, ['diagnoses', 'fulfilment'], `${name}: ${looks ? diagnose : `() => ${diagnose}`}`);
  draft.import(redrive, [diagnose], '../../operations/redrive/diagnose.ts');
}

const entry = ({
  name,
  upper,
}: Spelling): string => `import { firestore } from '../adapters/google/firestore-client.ts';
import { servePush } from '../adapters/google/functions.ts';
import { deadLetters } from '../adapters/google/messaging.ts';
import { orderStore } from '../adapters/google/orders.ts';
import { pushEnv, pushVerifier } from '../adapters/google/push-token.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { processMessage } from './messages.ts';

const env = readEnv({ FIRESTORE_DATABASE: resource, ${upper}_DEAD_LETTER_TOPIC: resource, ...pushEnv });
const ports = {
  orders: orderStore(firestore(env.FIRESTORE_DATABASE)),
  deadLetters: deadLetters(env.${upper}_DEAD_LETTER_TOPIC),
  meter,
};

servePush('${name}', {
  verify: pushVerifier(env),
  work: observed((message) => processMessage(message, ports)),
  onError: (error, about) => logger.warn('message will be redelivered', { ...about, error }),
});
`;
