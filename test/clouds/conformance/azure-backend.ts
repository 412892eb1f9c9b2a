import { parseCopy } from '../../../functions/adapters/azure/message-text.ts';
import { deadLetters, eventBus, fulfilmentQueue, orderQueue } from '../../../functions/adapters/azure/messaging.ts';
import { poisonQueue, queues } from '../../../functions/adapters/azure/resources.ts';
import type { Storage } from '../../../functions/adapters/azure/storage.ts';
import { tableStore } from '../../../functions/adapters/azure/table-store.ts';
import { breakerStore } from '../../../functions/adapters/single-partition/breaker.ts';
import { fencedNotes, leaseStore } from '../../../functions/adapters/single-partition/lease.ts';
import { partitionPorts } from '../../../functions/adapters/single-partition/ports.ts';
import { relayEvents } from '../../../functions/adapters/single-partition/relay.ts';
import type { PartitionStore } from '../../../functions/adapters/single-partition/store.ts';
import { rightsStore } from '../../../functions/escrow/single-partition-store.ts';
import { toText } from '../../../functions/lib/bytes.ts';
import { azuriteVersion, startAzurite } from '../../../scripts/clouds/azure/azurite.ts';
import { hostSettings } from '../../../scripts/clouds/azure/host-settings.ts';
import { QueuePoller } from '../../../scripts/clouds/azure/queue-poller.ts';
import { readPoison } from '../../../scripts/clouds/azure/read-stores.ts';
import { poisonLetters, storageQueue } from '../../../scripts/clouds/azure/redrive.ts';
import { createResources } from '../../../scripts/clouds/azure/resources.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';
import type { Backend, BackendOffer, Received } from './backend.ts';

export const azure: BackendOffer = {
  name: 'Azure',
  leavesOut: {
    'orders settled together': 'Table Storage has no transaction over the partitions of two orders',
    'orders counted together': 'Table Storage has no transaction over the partitions of two counters',
    'units between regions': 'a stage of several regions is for AWS only',
  },
  find: () => ({ engine: `Azurite ${azuriteVersion()}` }),
  open,
};

/** Opens table and queues on its own Azurite; the local Functions host's poller processes the queue. */
async function open(): Promise<Backend> {
  const workspace = createWorkspace();
  const azurite = await startAzurite(workspace);
  const storage = await createResources(azurite.connectionString);
  const store = tableStore(storage.table);
  const ports = partitionPorts(store);
  const orders = storage.queue(queues.orders);
  return {
    ports: { ...ports, ...messagingPorts(storage), ...coordinationPorts(store) },
    maxDeliveries: hostSettings.queues.maxDequeueCount,
    receive: (visibilityTimeoutSeconds) => receive(orders, visibilityTimeoutSeconds),
    deliver: (work) => deliver(storage, work),
    deadLetterBodies: async () => (await readPoison(storage, queues.orders)).map(({ body }) => body),
    async dueFulfilments() {
      const messages = await receive(storage.queue(queues.fulfilments), 30);
      await Promise.all(messages.map(({ done }) => done()));
      return messages.map(({ body }) => body);
    },
    async drain(sku, hand) {
      const { shardCount = 0 } = (await ports.products.find(sku)) ?? {};
      for (let shard = 0; shard < shardCount; shard++) await relayEvents(store, { sku, shard }, hand);
    },
    redrivable: { queue: poisonLetters(storage, queues.orders), destination: storageQueue(storage, queues.orders) },
    whileBusy: (work) => whileBusy(storage, work),
    async close() {
      await azurite.stop();
      workspace.remove();
    },
  };
}

function messagingPorts(storage: Storage) {
  const fulfilments = storage.queue(queues.fulfilments);
  return {
    queue: orderQueue(storage.queue(queues.orders)),
    deadLetters: deadLetters(storage.queue(poisonQueue(queues.orders))),
    bus: eventBus([{ type: 'OrderConfirmed', queue: fulfilments, delayMs: 0 }]),
    fulfilments: fulfilmentQueue(fulfilments),
  };
}

function coordinationPorts(store: PartitionStore) {
  return {
    rights: rightsStore(store),
    breakers: breakerStore(store),
    leases: leaseStore(store),
    notes: fencedNotes(store),
  };
}

async function receive(queue: ReturnType<Storage['queue']>, visibilityTimeout: number): Promise<readonly Received[]> {
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32, visibilityTimeout });
  return receivedMessageItems.map(({ messageText, dequeueCount, messageId, popReceipt }) => ({
    body: toText(parseCopy(Buffer.from(messageText, 'base64')).body),
    delivery: dequeueCount,
    done: async () => void (await queue.deleteMessage(messageId, popReceipt)),
  }));
}

async function deliver(storage: Storage, work: (body: string) => Promise<void>): Promise<void> {
  const settings = { ...hostSettings.queues, visibilityTimeoutSeconds: 0 };
  const workOn = (body: Buffer) => work(toText(parseCopy(body).body));
  const poller = new QueuePoller(storage, { queue: queues.orders, settings, work: workOn, log: () => {} });
  while ((await poller.takeBatch()) > 0) await poller.settled();
}

/** Makes the client see a 503 for every write, which Azurite never returns. */
async function whileBusy<Result>({ table }: Storage, work: () => Promise<Result>): Promise<Result> {
  const name = 'busy';
  type Policy = Parameters<typeof table.pipeline.addPolicy>[0];
  const policy: Policy = {
    name,
    sendRequest: async (request, next) =>
      request.method === 'GET' ? next(request) : { request, status: 503, headers: request.headers, bodyAsText: '' },
  };
  table.pipeline.addPolicy(policy, { afterPhase: 'Retry' });
  try {
    return await work();
  } finally {
    table.pipeline.removePolicy({ name });
  }
}
