import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { orderKey } from '../../../functions/adapters/aws/keys.ts';
import { orderRow } from '../../../functions/contracts/rows.ts';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import {
  hasFailureQueue,
  type QueueName,
  type Service,
  serviceNames,
  services,
} from '../../../stacks/model/services.ts';
import { tableName } from '../../../stacks/model/table-shapes.ts';
import type { QueueWorker } from '../../../stacks/model/workers.ts';
import { cellOf, type FoundStage } from '../find-stage.ts';
import { diagnoseFulfilmentRequest, diagnoseOrderRequest, diagnoseStreamRecord, type FindOrder } from './diagnose.ts';
import type { DeadLetterQueue, Destination, Diagnose } from './ports.ts';
import { type RedriveClients, redriveClients, sqsDeadLetters, sqsQueue } from './sqs.ts';
import { streamWorker } from './stream-worker.ts';

/** A service with a dead-letter queue, and how to redrive it. */
export interface Redrivable {
  readonly service: Service;
  readonly queue: DeadLetterQueue;
  readonly destination: Destination;
  readonly diagnose: Diagnose;
}

/** The redrivable services of one cloud. */
export interface CloudRedrive {
  /** Human-readable location. */
  readonly place: string;
  readonly services: readonly Redrivable[];
  /** Queues that should exist: a missing queue must not pass for an empty one. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

/** One per queue worker: a new worker without an entry does not compile. */
const diagnoses: Readonly<Record<QueueWorker, (find: FindOrder) => Diagnose>> = {
  settlement: diagnoseOrderRequest,
  fulfilment: diagnoseFulfilmentRequest,
};

/** Services with a dead-letter queue, in the order of the data flow. */
export const redrivable = serviceNames.filter((name) => hasFailureQueue(services[name].trigger));

/** Redrivable services of a stage, and its missing queues. */
export async function redrivableServices(
  found: FoundStage,
  only: readonly Service[],
): Promise<Pick<CloudRedrive, 'services' | 'missing'>> {
  const sqs = new SQSClient(found.config);
  const missing: string[] = [];
  const findUrl = async (queue: QueueName) => {
    const QueueName = physicalName(found.stage, queue);
    try {
      return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
    } catch (error) {
      if (!(error instanceof QueueDoesNotExist)) throw error;
      missing.push(QueueName);
      return undefined;
    }
  };
  const clients = redriveClients(found.config);
  const all = await Promise.all(only.map((service) => findRedrivable(service, found, clients, findUrl)));
  return { services: all.filter((one) => one !== undefined), missing };
}

async function findRedrivable(
  service: Service,
  found: FoundStage,
  clients: RedriveClients,
  findUrl: (queue: QueueName) => Promise<string | undefined>,
): Promise<Redrivable | undefined> {
  const { stage, config } = found;
  const { trigger } = services[service];
  if (!hasFailureQueue(trigger)) return undefined;
  const failures = trigger.kind === 'queue' ? trigger.deadLetters : trigger.failures;
  const url = await findUrl(failures);
  if (url === undefined) return undefined;
  const queue = sqsDeadLetters(failures, url, clients);
  if (trigger.kind === 'stream') {
    const destination = streamWorker(physicalName(stage, service), aliasName, config);
    return { service, queue, destination, diagnose: diagnoseStreamRecord };
  }
  const work = await findUrl(trigger.queue);
  if (work === undefined) return undefined;
  const destination = sqsQueue(trigger.queue, work, clients);
  const diagnose = diagnoses[service as QueueWorker];
  return { service, queue, destination, diagnose: diagnose(orderFinder(found)) };
}

function orderFinder(found: FoundStage): FindOrder {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(found.config));
  const TableName = tableName(cellOf(found), 'orders');
  return async (orderId) => {
    const { Item } = await documents.send(new GetCommand({ TableName, Key: orderKey(orderId), ConsistentRead: true }));
    if (!Item) return 'missing';
    return orderRow.safeParse(Item).data?.state ?? 'unreadable';
  };
}
