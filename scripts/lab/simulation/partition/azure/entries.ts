import type { OrderEvent } from '../../../../../functions/contracts/order-event.ts';
import { toText } from '../../../../../functions/lib/bytes.ts';
import { failure } from '../../channels.ts';
import { countMetrics } from '../../count-metrics.ts';
import type { World } from '../../platform.ts';
import { type Consume, composeServices, type ServiceParts, type Services } from '../../services.ts';
import { hookEntries, loadEntry } from '../../world/entry-source.ts';
import { Environments } from '../../world/environments.ts';
import { type Message, Queue } from '../../world/queue.ts';
import type { Scheduler } from '../../world/scheduler.ts';
import { running } from '../running.ts';
import { type Arrived, host } from './sdk.ts';

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
const { queues } = await import('../../../../../functions/adapters/azure/resources.ts');
const { announcing } = await import('../../../../../functions/adapters/azure/outbox.ts');
const { decode, parseDeadLetter } = await import('../../../../../functions/adapters/azure/message-text.ts');
const { QueueServiceClient } = await import('./sdk.ts');
const { partitionPorts } = await import('../../../../../functions/adapters/single-partition/ports.ts');

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
  const store = announcing(running.store as never, outboxClient as never, () => {});
  const ports = { ...platform.ports, ...partitionPorts(store) };
  return {
    ...composeServices({ ...parts, platform: { ...platform, ports } }),
    settle: onMessages(scheduler, settlement, 'settleOrder'),
    relay: () => projection.invoke((functions) => call(functions, 'sweepEvents', { bytes: Buffer.of(), id: 'timer' })),
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

async function call(functions: Functions, name: string, arrived: Arrived): Promise<void> {
  const run = functions.get(name);
  if (!run) throw new Error(`no entry has a function '${name}'`);
  await run(arrived);
}

/** The host gives a process several messages at once, and redelivers those whose function failed. */
function onMessages(scheduler: Scheduler, environments: Environments<Functions>, name: string): Consume<Message> {
  return async (messages) => {
    const failed = new Set<string>();
    const work = (functions: Functions) =>
      Promise.all(
        messages.map(({ id, body }) =>
          call(functions, name, { bytes: Buffer.from(body), id }).catch((error: Error) => {
            scheduler.trace(id, error.name);
            failed.add(id);
          }),
        ),
      );
    await environments.invoke(work);
    return failed;
  };
}

function connect({ calls, enqueue, published, bury }: World, outbox: Queue): void {
  const receivers: Readonly<Record<string, (body: string) => void>> = {
    [queues.orders]: (body) => enqueue(body),
    [queues.outbox]: (body) => outbox.send(body),
    [queues.fulfilments]: (body) => published(JSON.parse(body) as OrderEvent),
  };
  host.send = (queue, text) =>
    calls.make<object>({
      name: `send ${queue}`,
      execute(answer) {
        const isLetter = queue.endsWith('-poison');
        const { body, reason } = isLetter ? parseDeadLetter(text) : { body: decode(text) };
        // The host reads only Base64, and a letter of a worker has a reason.
        if (body === undefined || (isLetter && !reason)) return answer(calls.refuse(`${queue} got ${text}`));
        if (reason) bury(toText(body), reason);
        else receivers[queue]?.(toText(body));
        answer({});
      },
      busy: () => busy,
      lost: () => timeout,
    });
}
