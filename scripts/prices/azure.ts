import { flat, infracost, type Price, type PriceSource, type Prices, readAt, reported, unread } from './price.ts';

const million = 1_000_000;

interface Row extends Partial<Pick<Price, 'per' | 'free' | 'fixed'>> {
  readonly unit: string;
  readonly usd: string;
  readonly source: PriceSource;
}

/** Prices of the regions where the stacks are deployed by default. */
const row = (service: string, item: string, { usd, ...rest }: Row): Price => ({
  ...{ service, item, per: 1, free: 0, fixed: false, ...rest },
  usd: { '*': flat(usd) },
});

const functionsPage = 'https://azure.microsoft.com/pricing/details/functions/';
const functionsTest = infracost('azure/function_app');
const queueTest = infracost('azure/storage_queue');
const storagePage = 'https://azure.microsoft.com/pricing/details/storage/';
const cosmosTest = infracost('azure/cosmosdb_sql_container');
const frontDoor = readAt('https://blog.cdnsun.com/microsoft-azure-front-door-pricing/');

export const azurePrices = {
  'functions.duration': row('Functions, Consumption', 'duration', {
    ...{ unit: 'GB-second', usd: '0.000016', free: 400_000, source: functionsTest },
  }),
  'functions.executions': row('Functions, Consumption', 'executions', {
    ...{ unit: 'execution', per: million, usd: '0.20', free: million, source: functionsTest },
  }),
  'functions.premiumCores': row('Functions, Premium', 'vCPUs', {
    ...{ unit: 'vCPU-hour', usd: '0.173', fixed: true, source: functionsTest },
  }),
  'functions.premiumMemory': row('Functions, Premium', 'memory', {
    ...{ unit: 'GB-hour', usd: '0.0123', fixed: true, source: functionsTest },
  }),
  'flex.duration': row('Functions, Flex Consumption', 'duration on demand', {
    ...{ unit: 'GB-second', usd: '0.000026', free: 100_000, source: unread(functionsPage) },
  }),
  'flex.executions': row('Functions, Flex Consumption', 'executions', {
    ...{ unit: 'execution', per: million, usd: '0.40', free: 250_000, source: unread(functionsPage) },
  }),
  'flex.alwaysReady': row('Functions, Flex Consumption', 'instances that are always ready', {
    ...{ unit: 'GB-second', usd: '0.000004', fixed: true, source: reported(functionsPage) },
  }),
  'flex.alwaysReadyDuration': row('Functions, Flex Consumption', 'duration in instances that are always ready', {
    ...{ unit: 'GB-second', usd: '0.000016', source: unread(functionsPage) },
  }),
  'queues.storage': row('Queue Storage', 'storage, LRS', { unit: 'GB-month', usd: '0.045', source: queueTest }),
  'queues.class1': row('Queue Storage', 'operations of class 1', {
    ...{ unit: 'operation', per: 10_000, usd: '0.004', source: queueTest },
  }),
  'queues.class2': row('Queue Storage', 'operations of class 2', {
    ...{ unit: 'operation', per: 10_000, usd: '0.004', source: queueTest },
  }),
  'tables.storage': row('Table Storage', 'storage, LRS', {
    unit: 'GB-month',
    usd: '0.045',
    source: unread(storagePage),
  }),
  'tables.transactions': row('Table Storage', 'transactions', {
    ...{ unit: 'transaction', per: 10_000, usd: '0.00036', source: unread(storagePage) },
  }),
  'serviceBus.basic': row('Service Bus, Basic', 'operations', {
    ...{ unit: 'operation', per: million, usd: '0.05', source: infracost('azure/servicebus_namespace') },
  }),
  'cosmos.provisioned': row('Cosmos DB', 'provisioned throughput', {
    ...{ unit: '100 RU/s-hour', usd: '0.008', fixed: true, source: cosmosTest },
  }),
  'frontDoor.premium': row('Front Door', 'profile of Premium, which the firewall needs', {
    ...{ unit: 'profile-month', usd: '330', fixed: true, source: frontDoor },
  }),
  'frontDoor.standard': row('Front Door', 'profile of Standard', {
    ...{ unit: 'profile-month', usd: '35', fixed: true, source: frontDoor },
  }),
  'frontDoor.requests': row('Front Door', 'requests, first zone', {
    ...{
      unit: 'request',
      per: 10_000,
      usd: '0.009',
      source: unread('https://azure.microsoft.com/pricing/details/frontdoor/'),
    },
  }),
  'frontDoor.out': row('Front Door', 'out to North America and Europe', {
    ...{ unit: 'GB', usd: '0.083', source: unread('https://azure.microsoft.com/pricing/details/frontdoor/') },
  }),
  'alerts.logs': row('Monitor', 'alerts on the logs, each 5 minutes', {
    ...{ unit: 'alert-month', usd: '1.50', fixed: true },
    source: infracost('azure/monitor_scheduled_query_rules_alert_v2'),
  }),
  'alerts.metrics': row('Monitor', 'alerts on a metric', {
    ...{ unit: 'alert-month', usd: '0.10', fixed: true, source: infracost('azure/monitor_metric_alert') },
  }),
  'logs.ingested': row('Monitor', 'logs ingested', {
    ...{ unit: 'GB', usd: '2.30', free: 5, source: unread('https://azure.microsoft.com/pricing/details/monitor/') },
  }),
} satisfies Prices;

export type AzurePriceId = keyof typeof azurePrices;

/** Megabytes times milliseconds, as Azure's metric counts an execution, in GB-seconds. */
export const toGbSeconds = (megabyteMs: number): number => megabyteMs / 1_024_000;

/** An execution of Consumption is billed for at least 100 ms and 128 MB, memory in steps of 128 MB. */
export function toConsumptionGbSeconds(executions: number, ms: number, megabytes: number): number {
  const billedMb = Math.max(128, Math.ceil(megabytes / 128) * 128);
  return executions * toGbSeconds(Math.max(100, ms) * billedMb);
}

/** An execution of Flex Consumption is billed for at least one second, then in steps of 100 ms. */
export function toFlexGbSeconds(executions: number, ms: number, instanceMb: number): number {
  return executions * toGbSeconds(Math.max(1_000, Math.ceil(ms / 100) * 100) * instanceMb);
}
