import type { OrderEvent } from '../../../../functions/contracts/order-event.ts';
import { failure } from '../channels.ts';
import { countMetrics } from '../count-metrics.ts';
import type { World } from '../platform.ts';
import { type Consume, composeServices, type ServiceParts, type Services } from '../services.ts';
import { hookEntries, loadEntry } from '../world/entry-source.ts';
import { Environments } from '../world/environments.ts';
import { type Message, Queue } from '../world/queue.ts';
import type { Scheduler } from '../world/scheduler.ts';
import { host } from './sdk.ts';

const sdk = new URL('sdk.ts', import.meta.url);
hookEntries('azure', {
  ...{ '@azure/functions': sdk, '@azure/data-tables': sdk, '@azure/storage-queue': sdk, '@azure/identity': sdk },
  '../adapters/azure/table-store.ts': sdk,
});
Object.assign(process.env, { DATA: 'a connection string', CANCELLABLE_MS: '0' });

const entries = {
  settlement: await loadEntry('settlement', 'azure'),
  projection: await loadEntry('projection', 'azure'),
};
const { queues } = await import('../../../../functions/adapters/azure/resources.ts');
const { announcing } = await import('../../../../functions/adapters/azure/outbox.ts');
const { QueueServiceClient } = await import('./sdk.ts');
const { partitionPorts } = await import('../../../../functions/adapters/single-partition/ports.ts');

const busy = failure('ServerBusy');
const timeout = failure('TimeoutError');
/** As in `functions/adapters/azure/host.json`. */
const outboxRules = {
  work: 'relay',
  hideMs: 60_000,
  maxReceives: 5,
  batch: 16,
  windowMs: 50,
  twice: 0.1,
  forget: 0.03,
};

/** The Azure entries of the workers. The API is composed: it would verify tokens, outside of simulated time. */
export function azureServices(parts: ServiceParts): Services {
  const { scheduler, world, platform } = parts;
  countMetrics(parts.counts);
  const start = (entry: keyof typeof entries) => new Environments(scheduler, () => begin(entry));
  const [settlement, projection] = [start('settlement'), start('projection')];
  const outbox = new Queue(scheduler, outboxRules, onMessages(scheduler, projection, 'relayEvents'));
  connect(world, outbox);
  const outboxClient = QueueServiceClient.fromConnectionString().getQueueClient(queues.outbox);
  const store = announcing(host.store as never, outboxClient as never, () => {});
  const ports = { ...platform.ports, ...partitionPorts(store) };
  return {
    ...composeServices({ ...parts, platform: { ...platform, ports } }),
    settle: onMessages(scheduler, settlement, 'settleOrder'),
    relay: () => projection.invoke((functions) => call(functions, 'sweepEvents', {}, 'timer')),
    // A bus of static rules: no queue wants the other events.
    busTypes: ['OrderConfirmed'],
  };
}

type Functions = typeof host.functions;

function begin(entry: keyof typeof entries): Functions {
  host.functions = new Map();
  entries[entry]();
  return host.functions;
}

async function call(functions: Functions, name: string, given: unknown, id: string): Promise<void> {
  const handler = functions.get(name);
  if (!handler) throw new Error(`no entry has a function '${name}'`);
  await handler(given, { triggerMetadata: { id } });
}

/** The host gives a process several messages at once, and redelivers those whose function failed. */
function onMessages(scheduler: Scheduler, environments: Environments<Functions>, name: string): Consume<Message> {
  return async (messages) => {
    const failed = new Set<string>();
    const work = (functions: Functions) =>
      Promise.all(
        messages.map(({ id, body }) =>
          call(functions, name, toEntry(body), id).catch((error: Error) => {
            scheduler.trace(id, error.name);
            failed.add(id);
          }),
        ),
      );
    await environments.invoke(work);
    return failed;
  };
}

/** As the host's library does. */
function toEntry(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function connect({ calls, enqueue, published, bury }: World, outbox: Queue): void {
  const receivers: Readonly<Record<string, (text: string) => void>> = {
    [queues.orders]: (text) => enqueue(text),
    [queues.outbox]: (text) => outbox.send(text),
    [queues.fulfilments]: (text) => published(JSON.parse(text) as OrderEvent),
  };
  host.send = (queue, text) =>
    calls.make<object>({
      name: `send ${queue}`,
      execute(answer) {
        if (queue.endsWith('-poison')) {
          const { body, reason } = JSON.parse(text);
          bury(body, reason);
        } else receivers[queue]?.(text);
        answer({});
      },
      busy: () => busy,
      lost: () => timeout,
    });
}
