import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { orderKey } from '../../../functions/adapters/aws/keys.ts';
import { orderRow } from '../../../functions/contracts/rows.ts';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import { keepsFailures, type QueueName, type Service, serviceNames, services } from '../../../stacks/model/services.ts';
import type { FoundStage } from '../find-stage.ts';
import { diagnoseFulfilmentRequest, diagnoseOrderRequest, diagnoseStreamRecord, type FindOrder } from './diagnose.ts';
import type { DeadLetterQueue, Destination, Diagnose } from './ports.ts';
import { sqsDeadLetters, sqsQueue } from './sqs.ts';
import { streamWorker } from './worker.ts';

/** A service whose failures lie somewhere, and how they go back. */
export interface Redrivable {
  readonly service: Service;
  readonly queue: DeadLetterQueue;
  readonly destination: Destination;
  readonly diagnose: Diagnose;
}

/** What another cloud has of it. */
export interface CloudRedrive {
  /** For people: where that is. */
  readonly place: string;
  readonly services: readonly Redrivable[];
  close(): Promise<void>;
}

/** Services with a dead-letter queue, in the order of the data flow. */
export const redrivable = serviceNames.filter((name) => keepsFailures(services[name].trigger));

/** Those of a stage; a queue that the stage does not have is left out. */
export async function redrivableServices(found: FoundStage, only: readonly Service[]): Promise<Redrivable[]> {
  const sqs = new SQSClient(found.config);
  const urlOf = async (queue: QueueName) => {
    try {
      const QueueName = physicalName(found.stage, queue);
      return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
    } catch (error) {
      if (error instanceof QueueDoesNotExist) return undefined;
      throw error;
    }
  };
  const all = await Promise.all(only.map((service) => redrivableService(service, found, urlOf)));
  return all.filter((one) => one !== undefined);
}

async function redrivableService(
  service: Service,
  { stage, config }: FoundStage,
  urlOf: (queue: QueueName) => Promise<string | undefined>,
): Promise<Redrivable | undefined> {
  const { trigger } = services[service];
  if (!keepsFailures(trigger)) return undefined;
  const failures = trigger.kind === 'queue' ? trigger.deadLetters : trigger.failures;
  const url = await urlOf(failures);
  if (url === undefined) return undefined;
  const queue = sqsDeadLetters(failures, url, config);
  if (trigger.kind === 'stream') {
    const destination = streamWorker(physicalName(stage, service), aliasName, config);
    return { service, queue, destination, diagnose: diagnoseStreamRecord };
  }
  const destination = sqsQueue(trigger.queue, (await urlOf(trigger.queue)) ?? '', config);
  const diagnose = service === 'fulfilment' ? diagnoseFulfilmentRequest : diagnoseOrderRequest;
  return { service, queue, destination, diagnose: diagnose(findOrder(stage, config)) };
}

function findOrder(stage: string, config: FoundStage['config']): FindOrder {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  return async (orderId) => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: physicalName(stage, 'orders'), Key: orderKey(orderId), ConsistentRead: true }),
    );
    if (!Item) return 'missing';
    return orderRow.safeParse(Item).data?.state ?? 'unreadable';
  };
}
