import { poisonQueue, queues, tableName } from '../../../functions/adapters/azure/resources.ts';
import { compositeIndexes } from '../../../functions/adapters/google/queries.ts';
import { type Stage, visibilitySeconds } from '../stages/stage-settings.ts';
import { fewestInstances, fulfilmentsAtOnce } from './azure-host.ts';
import { ackDeadlineSeconds, deadLetterTopics, deliveryAttempts, topics } from './google-topology.ts';
import { pushesOfInstance, scalingOf } from './scaling.ts';

interface CapabilityRow {
  readonly capability: string;
  readonly aws: string;
  readonly azure: string;
  readonly google: string;
  readonly differs: string;
  /** What no engine on one machine can show. */
  readonly unproven: string;
}

/** What each cloud makes of a stage; the numbers are the stage's, as its stacks write them. */
function capabilityRows(stage: Stage): CapabilityRow[] {
  const { edgeSeconds, staleWhileRevalidateSeconds } = stage.caching.product;
  const most = (service: 'intake' | 'settlement' | 'fulfilment') => scalingOf(stage, service).maxInstances;
  return [
    {
      capability: 'functions',
      aws: 'Lambda, an alias each',
      azure: 'Functions, Flex Consumption: an app each',
      google: 'Cloud Run functions',
      differs: 'Azure and Google run several requests in an instance; Lambda one',
      unproven: 'cold starts, scaling speed',
    },
    {
      capability: 'instances of intake, at most',
      aws: `${most('intake')} provisioned, then on demand`,
      azure: `${Math.max(fewestInstances, most('intake'))} (${fewestInstances} is the least that it takes)`,
      google: String(most('intake')),
      differs: 'a floor before the sale by schedule on AWS alone; elsewhere it stands all day',
      unproven: 'quotas of an account',
    },
    {
      capability: 'workers of the order queue, at most',
      aws: String(most('settlement')),
      azure: `${Math.max(fewestInstances, most('settlement'))} instances of up to 24 messages`,
      google: `${most('settlement')} instances of up to ${pushesOfInstance} messages`,
      differs: 'AWS and Google cap in the trigger or service, Azure by instances and `host.json`',
      unproven: 'throughput',
    },
    {
      capability: 'order queue',
      aws: 'SQS standard',
      azure: `Storage Queue \`${queues.orders}\``,
      google: `Pub/Sub \`${topics.ORDER_TOPIC.name}\`, pushed`,
      differs: 'Google pushes with a token that the function checks; the others poll',
      unproven: "Google's push from its own network",
    },
    {
      capability: 'to the partner',
      aws: `rule of the bus, SQS \`fulfilment-requests\`, ${most('fulfilment')} workers of up to ${stage.fulfilment.batchSize} messages`,
      azure: `rule in the sender, Storage Queue \`${queues.fulfilments}\`, ${Math.max(fewestInstances, most('fulfilment'))} instances of up to ${fulfilmentsAtOnce(stage)} messages`,
      google: `a subscription of \`${topics.BUS_TOPIC.name}\` with a filter, ${most('fulfilment')} instances of up to ${pushesOfInstance} messages`,
      differs: 'Azure takes no fewer than 40 instances, so each gets fewer messages',
      unproven: "Google's filter: the emulator has none",
    },
    {
      capability: 'a request waits, for the customer or for the partner',
      aws: 'with a delay, up to 15 minutes at once',
      azure: 'invisible in its queue, up to 7 days',
      google: 'in the store, looked for each minute',
      differs: 'Pub/Sub cannot delay (decision 014)',
      unproven: '',
    },
    {
      capability: 'a message is hidden for',
      aws: `${visibilitySeconds(stage)} s`,
      azure: 'the run of the function, then 5 s',
      google: `${ackDeadlineSeconds(stage)} s`,
      differs: 'settlement is idempotent, so that a second look costs time only',
      unproven: '',
    },
    {
      capability: 'given up after',
      aws: `${stage.queues.maxReceiveCount} receives`,
      azure: '5 tries (`host.json`)',
      google: `${deliveryAttempts(stage)} deliveries, about`,
      differs: 'Google counts as best it can',
      unproven: '',
    },
    {
      capability: 'dead letters',
      aws: 'a queue each, 14 days',
      azure: `${Object.values(queues)
        .map((queue) => `\`${poisonQueue(queue)}\``)
        .join(', ')}, for ever`,
      google: `${deadLetterTopics.map((topic) => `\`${topics[topic].name}\``).join(', ')}, 14 days`,
      differs: 'on Azure the host of the functions copies, not the queue',
      unproven: '',
    },
    {
      capability: 'store of orders and stock',
      aws: 'DynamoDB: four tables, transactions over them',
      azure: `Table Storage: one table \`${tableName}\`, a batch within one partition`,
      google: 'Firestore: transactions over documents',
      differs: 'on Azure the decision lies beside the stock, with tombstones (decision 008)',
      unproven: 'throttling, hot partitions',
    },
    {
      capability: 'indexes',
      aws: 'two: by customer, and of the open orders',
      azure: 'none: rows for each way to read',
      google: `${compositeIndexes.length} composite, from the adapters' list of queries`,
      differs: 'no emulator of Firestore notices a missing one: a test compares both lists',
      unproven: '',
    },
    {
      capability: 'events after the commit',
      aws: 'table stream',
      azure: `outbox rows, notices in \`${queues.outbox}\`, a sweep each minute`,
      google: `published after the commit to \`${topics.EVENT_TOPIC.name}\`, a relay each minute for what was left`,
      differs: 'order of events is kept on AWS alone; views take them in any order',
      unproven: '',
    },
    {
      capability: `orders that stand still for ${stage.sweeper.stuckMinutes} minutes, looked for each ${stage.sweeper.everyMinutes}`,
      aws: 'a schedule of EventBridge; a sparse index',
      azure: 'a timer; rows that the relay removes',
      google: 'Cloud Scheduler; an index on a field that ends with the order',
      differs: 'Azure has no transaction over order and list: the sweeper finds rows that a crash left, and drops them',
      unproven: 'that it is called in time',
    },
    {
      capability: 'identity of a function',
      aws: 'a role each, no wildcard beyond X-Ray',
      azure: 'a user-assigned identity each, by queue and table; accounts have no keys',
      google: 'a service account each, by topic; the database by condition',
      differs: 'AWS is tried on an engine that enforces it',
      unproven: 'that Azure and Google grant enough, and no more',
    },
    {
      capability: 'CDN',
      aws: 'CloudFront',
      azure: 'Front Door',
      google: 'Cloud CDN behind a load balancer',
      differs: `products ${edgeSeconds} s, stale for ${staleWhileRevalidateSeconds} s more on AWS and Google; invalidation by a function on AWS alone`,
      unproven: 'on Azure and Google all of it',
    },
    {
      capability: 'alerts',
      aws: 'CloudWatch alarms',
      azure: 'queries of logs, a metric for 5xx',
      google: 'Cloud Monitoring',
      differs: 'Azure tells the depth of a queue once an hour, so its logs are asked',
      unproven: 'that they ring',
    },
  ];
}

/** When the cheap service of a cloud is not enough any more. */
const switches = [
  [
    'Azure Storage Queue -> Service Bus',
    'beyond 2,000 messages/s a queue or 48 KiB a message, or where order or duplicate detection is wanted',
    '`functions/adapters/azure/messaging.ts`, the trigger, `stacks/terraform/azure/data.ts`',
  ],
  [
    'Azure Table Storage -> Cosmos DB for Table',
    'beyond 2,000 entities/s a partition or 20,000 transactions/s an account, or for a second region that writes',
    'the endpoint alone: keys stay below 255 bytes, batches below 2 MB, and nothing relies on order',
  ],
  [
    'Google Firestore -> Bigtable or Spanner',
    'beyond 500 writes/s of a rising indexed value, or one write/s a document for long: shards first',
    '`functions/adapters/google`; Bigtable has no transactions over rows, so decision 008 applies',
  ],
] as const;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The tables of docs/clouds.md. */
export function cloudTables(stage: Stage): { readonly capabilities: string; readonly switches: string } {
  const rows = capabilityRows(stage).map((row) => [
    row.capability,
    row.aws,
    row.azure,
    row.google,
    row.differs,
    row.unproven || '-',
  ]);
  const head = ['capability', 'AWS', 'Azure', 'Google', 'what differs', 'unproven without an account'];
  return { capabilities: table(head, rows), switches: table(['switch', 'when', 'what it touches'], switches) };
}
