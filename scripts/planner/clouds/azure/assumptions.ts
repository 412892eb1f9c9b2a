import type { Assumption } from '../../model/assumptions.ts';
import type { Mark } from '../../types.ts';

const storage = 'https://learn.microsoft.com/azure/storage/common/scalability-targets-standard-account';
const queues = 'https://learn.microsoft.com/azure/storage/queues/scalability-targets';
const tables = 'https://learn.microsoft.com/azure/storage/tables/scalability-targets';
const flex = 'https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan';
const targets = 'https://learn.microsoft.com/azure/azure-functions/functions-target-based-scaling';
const launch = 'https://techcommunity.microsoft.com, ba-p/4169736: 1,000 instances in less than a minute';
const own = 'this project: no published figure';

const row = (value: number, unit: string, what: string, source: string, mark: Mark, date = '2026-11'): Assumption => ({
  ...{ value, unit, what, source, date, mark },
});

/** Limits of Azure, by name. `rule`: documented, without a published measurement. */
export const azureAssumptions = {
  queueMessagesPerSecond: row(2_000, 'messages/s', 'one queue', queues, 'rule'),
  tablePartitionPerSecond: row(2_000, 'entities/s', 'one partition of a table', tables, 'rule'),
  accountPerSecond: row(20_000, 'entities/s', 'a storage account, tables and queues together', storage, 'rule'),
  memoryQuotaMb: row(512_000, 'MB', 'all instances of a subscription in a region', flex, 'rule', '2024-05'),
  httpInstancesPerSecond: row(1_000 / 60, '1/s', 'new instances of an API', launch, 'measured', '2024-06'),
  instancesPerDecision: row(4, 'instances', 'new instances of a worker at a time', targets, 'rule', '2023-04'),
  decisionSeconds: row(15, 's', 'between two decisions to scale a worker', own, 'guessed'),
  pendingSeconds: row(10, 's', 'a request waits for an instance', own, 'guessed'),
  azureColdSeconds: row(1.5, 's', 'start of an instance', own, 'guessed'),
  azureStoreSeconds: row(0.01, 's', 'one call to a table or queue', own, 'guessed'),
} as const satisfies Record<string, Assumption>;
