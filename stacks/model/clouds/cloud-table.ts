import { poisonQueue, queues } from '../../../functions/adapters/azure/resources.ts';
import { compositeIndexes } from '../../../functions/adapters/google/queries.ts';
import { type Stage, workerVisibilityTimeout } from '../stages/stage-settings.ts';
import { tableIndexes } from '../table-shapes.ts';
import { fewestInstances, fulfilmentsAtOnce } from './azure-host.ts';
import { toGoogleScaling } from './google-scaling.ts';
import { ackDeadlineSeconds, deadLetterTopics, deliveryAttempts, topics } from './google-topology.ts';
import { pushesPerInstance, toScaling } from './scaling.ts';

interface CapabilityRow {
  readonly capability: string;
  readonly aws: string;
  readonly azure: string;
  readonly google: string;
  readonly differs: string;
  /** The part that no local engine can verify. */
  readonly unproven: string;
}

const maxInstances = (stage: Stage, service: 'intake' | 'settlement' | 'fulfilment'): number =>
  toScaling(stage, service).maxInstances;

/** How each cloud implements a stage, with the stage's numbers as its stacks write them. */
function capabilityRows(stage: Stage): CapabilityRow[] {
  return [
    ...computeRows(stage),
    ...queueRows(stage),
    ...deadLetterRows(stage),
    ...storeRows(),
    ...operationsRows(stage),
    edgeRow(stage),
    releaseRow,
    alertRow,
  ];
}

function computeRows(stage: Stage): CapabilityRow[] {
  const most = (service: 'intake' | 'settlement') => maxInstances(stage, service);
  return [
    {
      capability: 'functions',
      aws: 'Lambda, one alias per function',
      azure: 'Functions, Flex Consumption: one app per service',
      google: 'Cloud Run functions',
      differs: 'Azure and Google run several requests per instance; Lambda one',
      unproven: 'cold starts, scaling speed',
    },
    {
      capability: 'instances of intake, at most',
      aws: `${most('intake')} provisioned, then on demand`,
      azure: `${Math.max(fewestInstances, most('intake'))} (it accepts no fewer than ${fewestInstances})`,
      google: `${toGoogleScaling(stage, 'intake').maxInstances} of up to 20 requests (a region's quota)`,
      differs: 'a scheduled floor before the sale on AWS only; elsewhere a constant floor',
      unproven: 'quotas of an account',
    },
    {
      capability: 'workers of the order queue, at most',
      aws: String(most('settlement')),
      azure: `${Math.max(fewestInstances, most('settlement'))} instances of up to 24 messages`,
      google: `${toGoogleScaling(stage, 'settlement').maxInstances} instances of up to ${pushesPerInstance} messages`,
      differs: 'AWS and Google cap in the trigger or service, Azure by instances and `host.json`',
      unproven: 'throughput',
    },
  ];
}

function queueRows(stage: Stage): CapabilityRow[] {
  const most = maxInstances(stage, 'fulfilment');
  return [
    {
      capability: 'order queue',
      aws: 'SQS standard',
      azure: `Storage Queue \`${queues.orders}\``,
      google: `Pub/Sub \`${topics.ORDER_TOPIC.name}\`, pushed`,
      differs: 'Google pushes with a token that the function verifies; the others poll',
      unproven: "Google's push from its own network",
    },
    {
      capability: 'requests to the partner',
      aws: `rule of the bus, SQS \`fulfilment-requests\`, ${most} workers of up to ${stage.fulfilment.batchSize} messages`,
      azure: `rule in the sender, Storage Queue \`${queues.fulfilments}\`, ${Math.max(fewestInstances, most)} instances of up to ${fulfilmentsAtOnce(stage)} messages`,
      google: `a subscription of \`${topics.BUS_TOPIC.name}\` with a filter, ${toGoogleScaling(stage, 'fulfilment').maxInstances} instances of up to ${pushesPerInstance} messages`,
      differs: 'Azure accepts no fewer than 40 instances, so each gets fewer messages',
      unproven: "Google's filter: the emulator has none",
    },
    {
      capability: 'delay of a request, for the customer or for the partner',
      aws: 'message delay, up to 15 minutes at a time',
      azure: 'invisible in its queue, up to 7 days',
      google: 'in the store, polled every minute',
      differs: 'Pub/Sub cannot delay (decision 014)',
      unproven: '',
    },
    {
      capability: 'visibility timeout of a message',
      aws: `${workerVisibilityTimeout(stage)} s`,
      azure: "the function's run, then 5 s",
      google: `${ackDeadlineSeconds(stage)} s`,
      differs: 'settlement is idempotent, so a redelivery only costs time',
      unproven: '',
    },
  ];
}

function deadLetterRows(stage: Stage): CapabilityRow[] {
  return [
    {
      capability: 'dead-lettered after',
      aws: `${stage.queues.maxReceiveCount} receives`,
      azure: '5 tries (`host.json`)',
      google: `about ${deliveryAttempts(stage)} deliveries`,
      differs: 'Google counts on a best-effort basis',
      unproven: '',
    },
    {
      capability: 'dead letters',
      aws: 'one queue per source, 14 days',
      azure: `${Object.values(queues)
        .map((queue) => `\`${poisonQueue(queue)}\``)
        .join(', ')}, forever`,
      google: `${deadLetterTopics.map((topic) => `\`${topics[topic].name}\``).join(', ')}, 14 days`,
      differs: "on Azure the functions' host moves them, not the queue",
      unproven: '',
    },
  ];
}

function storeRows(): CapabilityRow[] {
  return [
    {
      capability: 'store of orders and stock',
      aws: 'DynamoDB: four tables, transactions across them',
      azure: 'Table Storage: one table, batches within one partition',
      google: 'Firestore: transactions across documents',
      differs: 'on Azure the decision is stored next to the stock, with tombstones (decision 008)',
      unproven: 'throttling, hot partitions',
    },
    {
      capability: 'indexes',
      aws: `${tableIndexes.length}: ${tableIndexes
        .map(({ table, index }) => `\`${table}.${index.name}\``)
        .toSorted()
        .join(', ')}`,
      azure: 'none: separate rows per access pattern',
      google: `${compositeIndexes.length} composite, from the adapters' list of queries`,
      differs: "Firestore's emulator does not detect a missing one: a test compares both lists",
      unproven: '',
    },
    {
      capability: 'events after the commit',
      aws: 'table stream',
      azure: `outbox rows, notices in \`${queues.outbox}\`, a sweep every minute`,
      google: `published after the commit to \`${topics.EVENT_TOPIC.name}\`, a relay every minute for unpublished ones`,
      differs: 'only AWS keeps the order of events; views accept any order',
      unproven: '',
    },
  ];
}

function operationsRows(stage: Stage): CapabilityRow[] {
  return [
    {
      capability: `search for orders stuck for ${stage.sweeper.stuckMinutes} minutes, every ${stage.sweeper.everyMinutes} minutes`,
      aws: 'an EventBridge schedule; a sparse index',
      azure: 'a timer; rows that the relay removes',
      google: 'Cloud Scheduler; an index on a field that final orders lack',
      differs: 'Azure has no transaction across order and list: the sweeper drops rows that a crash left behind',
      unproven: 'that the schedule fires on time',
    },
    {
      capability: 'identity of a function',
      aws: 'one role per function, no wildcard except for X-Ray',
      azure:
        'one user-assigned identity per app, with rights per queue and table; one storage account per app for code and leases; no keys',
      google: 'one service account per function, with rights per topic; a condition restricts the database',
      differs: 'AWS is tested on an engine that enforces permissions',
      unproven: 'that Azure and Google grant exactly what is needed',
    },
  ];
}

function edgeRow({ caching }: Stage): CapabilityRow {
  const { edgeSeconds, staleWhileRevalidateSeconds } = caching.product;
  return {
    capability: 'CDN',
    aws: 'CloudFront',
    azure: 'Front Door',
    google: 'Cloud CDN behind a load balancer',
    differs: `products ${edgeSeconds} s, stale for ${staleWhileRevalidateSeconds} s more on AWS and Google; invalidation by a function on AWS only`,
    unproven: 'all of it on Azure and Google',
  };
}

const releaseRow: CapabilityRow = {
  capability: 'release of a new version',
  aws: "CodeDeploy moves an alias by the stage's `releases`, with a test before, a check after, and a rollback on an alarm",
  azure: 'all calls at once; both versions run while instances are exchanged',
  google: 'all calls at once; shares per revision can be set by hand',
  differs: 'only AWS moves calls in steps, and rolls back automatically',
  unproven: "CodeDeploy's own part",
};

const alertRow: CapabilityRow = {
  capability: 'alerts',
  aws: 'CloudWatch alarms',
  azure: 'log queries every 5 minutes; metrics of Front Door',
  google: 'Cloud Monitoring',
  differs:
    'Azure reports queue depth only hourly, so alerts query its logs; Google alerts on the first entry of a counter',
  unproven: 'that the alerts fire',
};

/** Conditions in which a cloud's cheap service is no longer enough. */
const switches = [
  [
    'Azure Storage Queue -> Service Bus',
    'above 2,000 messages/s per queue or 48 KiB per message, or for ordering or duplicate detection',
    '`functions/adapters/azure/messaging.ts`, the trigger, `stacks/terraform/azure/data.ts`',
  ],
  [
    'Azure Table Storage -> Cosmos DB for Table',
    'above 2,000 entities/s per partition or 20,000 transactions/s per account, or for a second write region',
    'only the endpoint: keys stay below 255 bytes, batches below 2 MB, and nothing relies on order',
  ],
  [
    'Google Firestore -> Bigtable or Spanner',
    'above 500 writes/s of a rising indexed value, or a sustained write/s per document: shard first',
    '`functions/adapters/google`; Bigtable has no transactions across rows, so decision 008 applies',
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
  const head = ['capability', 'AWS', 'Azure', 'Google', 'differences', 'unproven without an account'];
  return { capabilities: table(head, rows), switches: table(['switch', 'when', 'what changes'], switches) };
}
