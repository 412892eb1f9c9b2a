import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { documents } from '../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { sqs } from '../../../functions/adapters/aws/clients/sqs-client.ts';
import { parseStored } from '../../../functions/contracts/readable-rows.ts';
import { jobRow } from './contracts.ts';
import type { Ending, Job } from './job.ts';
import type { JobQueue, JobStore } from './ports.ts';

const keyOf = (jobId: string) => ({ pk: `JOB#${jobId}` });

function parseJob(row: unknown): Job {
  const { v: _, ...job } = parseStored(jobRow, row);
  return job;
}

export function jobStore(table: string): JobStore {
  return {
    async create(job) {
      const created = await ifTrue(documents.send(createCommand(table, job)));
      return created instanceof ConditionalCheckFailedException ? parseJob(unmarshall(created.Item ?? {})) : undefined;
    },

    async find(jobId) {
      const read = new GetCommand({ TableName: table, Key: keyOf(jobId), ConsistentRead: true });
      const { Item } = await documents.send(read);
      return Item && parseJob(Item);
    },

    async begin(jobId, most) {
      const begun = await ifTrue(documents.send(beginCommand(queued(table, jobId), most)));
      return begun instanceof ConditionalCheckFailedException ? undefined : Number(begun.Attributes?.attempts);
    },

    async end(jobId, ending, at) {
      const ended = await ifTrue(documents.send(endCommand(queued(table, jobId), ending, at)));
      return !(ended instanceof ConditionalCheckFailedException);
    },
  };
}

const createCommand = (table: string, job: Job) =>
  new PutCommand({
    TableName: table,
    Item: { ...keyOf(job.jobId), v: 1, ...job },
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });

const beginCommand = (job: UpdateCommandInput, most: number) =>
  new UpdateCommand({
    ...job,
    UpdateExpression: 'ADD attempts :one',
    ConditionExpression: '#state = :queued AND attempts <= :last',
    ExpressionAttributeValues: { ':queued': 'QUEUED', ':one': 1, ':last': most - 1 },
    ReturnValues: 'ALL_NEW',
  });

function endCommand(job: UpdateCommandInput, ending: Ending, at: string): UpdateCommand {
  const [name, value] = ending.state === 'DONE' ? ['result', ending.result] : ['reason', ending.reason];
  return new UpdateCommand({
    ...job,
    UpdateExpression: 'SET #state = :state, #ending = :ending, changedAt = :at ADD endings :one',
    ConditionExpression: '#state = :queued',
    ExpressionAttributeNames: { ...job.ExpressionAttributeNames, '#ending': name },
    ExpressionAttributeValues: {
      ...{ ':queued': 'QUEUED', ':state': ending.state },
      ...{ ':ending': value, ':at': at, ':one': 1 },
    },
  });
}

const queued = (table: string, jobId: string) =>
  ({
    TableName: table,
    Key: keyOf(jobId),
    ExpressionAttributeNames: { '#state': 'state' },
  }) satisfies UpdateCommandInput;

/** A failed condition is a result, not an error. */
async function ifTrue<Answer>(sent: Promise<Answer>): Promise<Answer | ConditionalCheckFailedException> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error;
    throw error;
  }
}

export function jobQueue(queueUrl: string): JobQueue {
  return {
    async send(request) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(request) }));
    },
  };
}
