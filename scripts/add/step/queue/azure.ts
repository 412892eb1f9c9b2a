import type { Draft } from '../../draft.ts';
import type { Kept } from '../../kept.ts';
import type { Spelling } from '../spelling.ts';
import { queueWorker, type Worker } from '../worker.ts';

/** Entry, adapter, stack, local platform and redrive. */
export function addAzure(draft: Draft, step: Spelling, kept: Kept): void {
  draft.create(`functions/${step.name}/azure.ts`, entry(step));
  addAdapter(draft, step);
  addAzureWorker(draft, step, queueWorker(step), kept);
}

/** Adds a worker that receives messages from an Azure queue. */
export function addAzureWorker(draft: Draft, step: Spelling, worker: Worker, kept: Kept): void {
  const { name, queue } = step;
  draft.after('functions/adapters/azure/resources.ts', ['queues', 'fulfilments'], `${name}: '${queue}'`);
  addStack(draft, step, worker);
  addPlatform(draft, step, worker);
  if (kept.simulation)
    draft.after(
      'scripts/lab/simulation/partition/azure/cloud.ts',
      ['letterSteps', "=[poisonQueue(queues.fulfilments)]: 'fulfilment'"],
      `[poisonQueue(queues.${name})]: '${name}'`,
    );
}

function addAdapter(draft: Draft, { name, capital }: Spelling): void {
  const messaging = 'functions/adapters/azure/messaging.ts';
  draft.after(
    messaging,
    ['fulfilmentQueue'],
    `export function ${name}Queue(queue: QueueClient): ${capital}Queue {
  return {
    async send(request) {
      await queue.sendMessage(encode(JSON.stringify(request)), forever).catch(rethrow);
    },
  };
}`,
  );
  draft.import(messaging, [`type ${capital}Queue`], `../../ports/${name}.ts`);
}

function addStack(draft: Draft, { name, capital, queue, deadLetters }: Spelling, { what }: Worker): void {
  const rows = 'stacks/terraform/azure/alert-rows.ts';
  draft.after(rows, ['runbooks', 'fulfilment-requests-poison'], `'${queue}-poison': '${deadLetters}'`);
  draft.after(
    rows,
    ['waiting', fulfilmentRow],
    `{
      queue: queues.${name},
      operation: 'process${capital}',
      meaning: '${what} wait too long for ${name}.',
      runbook: '${name}-age',
    }`,
  );
}

const fulfilmentRow = `={
  queue: queues.fulfilments,
  operation: 'fulfilOrder',
  meaning: 'Confirmed orders wait too long to be handed over.',
  runbook: 'fulfilment-age',
}`;

function addPlatform(draft: Draft, { name }: Spelling, { diagnose, looks }: Worker): void {
  draft.after(
    'scripts/clouds/azure/read-stores.ts',
    ['steps', "=[queues.fulfilments]: 'fulfilment'"],
    `[queues.${name}]: '${name}'`,
  );
  const redrive = 'scripts/clouds/azure/redrive.ts';
  draft.after(
    redrive,
    ["={ service: 'fulfilment', ...redrivable(queues.fulfilments, diagnoseFulfilmentRequest(find)) }"],
    `{ service: '${name}', ...redrivable(queues.${name}, ${looks ? `${diagnose}(find)` : diagnose}) }`,
  );
  draft.import(redrive, [diagnose], '../../operations/redrive/diagnose.ts');
}

const entry = ({ name, capital }: Spelling): string => `import { onQueue } from '../adapters/azure/app.ts';
import { deadLetters } from '../adapters/azure/messaging.ts';
import { poisonQueue, queues } from '../adapters/azure/resources.ts';
import { openStorage, storageEnv } from '../adapters/azure/storage.ts';
import { tableStore } from '../adapters/azure/table-store.ts';
import { orderStore } from '../adapters/single-partition/orders.ts';
import { readEnv } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { processMessage } from './messages.ts';

const storage = openStorage(readEnv(storageEnv));
const ports = {
  orders: orderStore(tableStore(storage.table)),
  deadLetters: deadLetters(storage.queue(poisonQueue(queues.${name}))),
  meter,
};

onQueue(
  'process${capital}',
  queues.${name},
  observed((message) => processMessage(message, ports)),
  (error, about) => logger.warn('message will be redelivered', { ...about, error }),
);
`;
