import { type AzurePriceId, azurePrices, toConsumptionGbSeconds, toGbSeconds } from '../../prices/azure.ts';
import { type GooglePriceId, googlePrices } from '../../prices/google.ts';
import type { WorkedCost } from './worked-cost.ts';

const million = 1_000_000;

const onAzure =
  (source: string) =>
  (name: string, quantities: Readonly<Partial<Record<AzurePriceId, number>>>, published: string): WorkedCost => ({
    ...{ name, prices: azurePrices, quantities, published, source },
  });
const onGoogle =
  (source: string) =>
  (name: string, quantities: Readonly<Partial<Record<GooglePriceId, number>>>, published: string): WorkedCost => ({
    ...{ name, prices: googlePrices, quantities, published, source, region: 'tier2' },
  });

const functions = onAzure('infracost 95ba4f49a, azure/testdata/function_app_test');
const queues = onAzure('infracost 95ba4f49a, azure/testdata/storage_queue_test');
const cosmos = onAzure('infracost 95ba4f49a, azure/testdata/cosmosdb_sql_container_test');
const hours = 730;
/** Hours in nine days. */
const nineDays = 9 * 24;

export const azureWorked: readonly WorkedCost[] = [
  functions('Azure Functions, 876,180.4425 GB-s', { 'functions.duration': 876_180.4425 }, '14.02'),
  functions('Azure Functions, 3.5401 million executions', { 'functions.executions': 3.5401 * million }, '0.71'),
  functions('Azure Functions, 3 million at the minimum', { 'functions.executions': 3 * million }, '0.60'),
  functions(
    'Azure Functions, their 100 ms and 128 MB',
    { 'functions.duration': toConsumptionGbSeconds(3 * million, 1, 1) },
    '0.60',
  ),
  functions('Azure Functions, 100,000 executions', { 'functions.executions': 100_000 }, '0.02'),
  functions('Azure Functions Premium EP1, vCPU', { 'functions.premiumCores': hours }, '126.29'),
  functions('Azure Functions Premium EP1, memory', { 'functions.premiumMemory': 3.5 * hours }, '31.43'),
  functions('Azure Functions Premium EP2, vCPU', { 'functions.premiumCores': 2 * hours }, '252.58'),
  functions('Azure Functions Premium EP2, memory', { 'functions.premiumMemory': 7 * hours }, '62.85'),
  onAzure("paulbatum's gist on the cost of Azure Functions [derived]")(
    'Azure Functions, 90,305,037,184 MB-ms and 6,500,012 executions an hour, nine days',
    {
      'functions.duration': toGbSeconds(90_305_037_184) * nineDays,
      'functions.executions': 6_500_012 * nineDays,
    },
    '585.58',
  ),
  queues('Queue Storage, 2,000 GB', { 'queues.storage': 2_000 }, '90.00'),
  queues('Queue Storage, 2 million operations of class 1', { 'queues.class1': 2 * million }, '0.80'),
  queues('Queue Storage, 4 million operations of class 2', { 'queues.class2': 4 * million }, '1.60'),
  onAzure('infracost 95ba4f49a, azure/testdata/servicebus_namespace_test')(
    'Service Bus Basic, 1,000 million operations',
    { 'serviceBus.basic': 1_000 * million },
    '50.00',
  ),
  cosmos('Cosmos DB, 500 RU/s provisioned', { 'cosmos.provisioned': 5 * hours }, '29.20'),
  cosmos('Cosmos DB, autoscale to 4,500 RU/s', { 'cosmos.provisioned': 45 * hours }, '262.80'),
];

const run = onGoogle('infracost 95ba4f49a, google/testdata/cloud_run_v2_service_test');
const requests = 500_000;
const seconds = 3.6;
const firstGeneration = onGoogle('infracost 95ba4f49a, google/testdata/cloudfunctions_function_test');
const topics = onGoogle('infracost 95ba4f49a, google/testdata/pubsub_subscription_test');
const firestore = onGoogle("a wiki's copy of the example in cloud.google.com/firestore/docs/billing-example");

export const googleWorked: readonly WorkedCost[] = [
  run('Cloud Run tier 2, 500,000 requests of 3.6 s, 1 vCPU', { 'run.cpu': requests * seconds }, '60.48'),
  run('Cloud Run tier 2, their 0.5 GiB', { 'run.memory': requests * seconds * 0.5 }, '3.15'),
  run('Cloud Run tier 2, 500,000 requests', { 'run.requests': requests }, '0.20'),
  firstGeneration('Cloud Functions, 1.2 million GHz-s', { 'functions.cpu': 1.2 * million }, '12.00'),
  firstGeneration('Cloud Functions, 750,000 GB-s', { 'functions.memory': 750_000 }, '1.88'),
  firstGeneration('Cloud Functions, 10 million invocations', { 'functions.invocations': 10 * million }, '4.00'),
  firstGeneration('Cloud Functions, 100 GB out', { 'functions.out': 100 }, '12.00'),
  topics('Pub/Sub, 10 TiB', { 'pubsub.delivered': 10 }, '400.00'),
  topics('Pub/Sub, 20 GiB kept', { 'pubsub.retained': 20 }, '5.40'),
  topics('Pub/Sub, 30 GiB of snapshots', { 'pubsub.snapshots': 30 }, '8.10'),
  firestore('Firestore, 99 GiB', { 'firestore.storage': 99 }, '17.82'),
  firestore('Firestore, 98.5 million reads', { 'firestore.reads': 98.5 * million }, '59.10'),
  firestore('Firestore, 49.4 million writes', { 'firestore.writes': 49.4 * million }, '88.92'),
  firestore('Firestore, 4.4 million deletes', { 'firestore.deletes': 4.4 * million }, '0.88'),
  firestore(
    'Firestore, all of it',
    {
      'firestore.storage': 99,
      'firestore.reads': 98.5 * million,
      'firestore.writes': 49.4 * million,
      'firestore.deletes': 4.4 * million,
    },
    '166.72',
  ),
];
