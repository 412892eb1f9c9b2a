import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parseJson } from '../../functions/runtime/parse-json.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { lacks } from '../platform/engine/engines.ts';
import { orderOfDeadLetter } from './check/dead-letter.ts';
import { type DeployedSystem, storeNamesOf, toClientConfig } from './deployed-quiescence.ts';
import { logLines } from './function-log.ts';

export interface FoundLetter {
  readonly messageId: string;
  /** JSON without spaces between its parts: LocalStack adds some on the way to a function. */
  readonly body: string;
  /** The reason that a worker noted; undefined if the queue gave up after too many receives. */
  readonly noted: string | undefined;
}

export interface ExplainedLetter {
  readonly body: string;
  /** Explanation of the dead letter; undefined without enough evidence. */
  readonly reason: string | undefined;
  /** Failed receives from the log: each text with its count. */
  readonly failures: string;
}

const visibleWithinMs = 60_000;

/** Reads all dead letters of the system, by message id. They stay in their queues, hidden for 20 s. */
export async function findDeadLetters(system: DeployedSystem): Promise<ReadonlyMap<string, FoundLetter>> {
  const sqs = new SQSClient(toClientConfig(system));
  const { InvalidationDeadLetterUrl = '' } = system.outputs;
  // Every invalidation fails where the CDN is a no-op.
  const invalidations = lacks(system.engine, 'cdn') ? '' : InvalidationDeadLetterUrl;
  const urls = [...Object.values(storeNamesOf(system).deadLetterUrls), invalidations].filter(Boolean);
  const found = new Map<string, FoundLetter>();
  const end = Date.now() + visibleWithinMs;
  // Earlier reads hide letters for a while.
  while (found.size < (await countMessages(sqs, urls)) && Date.now() < end) {
    for (const url of urls) for (const letter of await receiveFrom(sqs, url)) found.set(letter.messageId, letter);
    await sleep(500);
  }
  sqs.destroy();
  return found;
}

/** @returns a function that reads the letters that arrived since, because other work may share the queues */
export async function watchDeadLetters(system: DeployedSystem): Promise<() => Promise<readonly FoundLetter[]>> {
  const before = await findDeadLetters(system);
  return async () => [...(await findDeadLetters(system)).values()].filter(({ messageId }) => !before.has(messageId));
}

async function countMessages(sqs: SQSClient, urls: readonly string[]): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const counts = await Promise.all(
    urls.map(async (QueueUrl) => {
      const read = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] });
      return Object.values((await sqs.send(read)).Attributes ?? {}).map(Number);
    }),
  );
  return counts.flat().reduce((sum, count) => sum + count, 0);
}

async function receiveFrom(sqs: SQSClient, QueueUrl: string): Promise<FoundLetter[]> {
  const all = new Map<string, FoundLetter>();
  const wanted = { MaxNumberOfMessages: 10, VisibilityTimeout: 20, MessageAttributeNames: ['All'] };
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...wanted }));
    const fresh = Messages.filter(({ MessageId = '' }) => !all.has(MessageId));
    for (const message of fresh) all.set(message.MessageId ?? '', toLetter(message));
    if (fresh.length === 0) return [...all.values()];
  }
}

function toLetter({ MessageId = '', Body = '', MessageAttributes }: Message): FoundLetter {
  const content = parseJson(Body);
  const body = content === undefined ? Body : JSON.stringify(content);
  return { messageId: MessageId, body, noted: MessageAttributes?.reason?.StringValue };
}

export interface Evidence {
  /** Orders that are stored and readable. */
  readonly orderIds: ReadonlySet<string>;
  /** Message ids with a text for each receive that failed, from the log. */
  readonly failures: ReadonlyMap<string, readonly string[]>;
  /** Receives after which the queue gives up. */
  readonly receives: number;
}

/**
 * A letter about a stored order is explained only by the log: one line for each of its receives, and each of them an
 * injected fault or a killed worker. A worker's reason would be false, because order and message are intact.
 */
export function explainLetter({ messageId, body, noted }: FoundLetter, evidence: Evidence): ExplainedLetter {
  const failures = evidence.failures.get(messageId) ?? [];
  const orderIds = (['settlement', 'fulfilment'] as const).map((step) => orderOfDeadLetter({ step, body }));
  const known = orderIds.some((orderId) => orderId !== undefined && evidence.orderIds.has(orderId));
  const enough = failures.length >= evidence.receives && failures.every((failure) => injected.test(failure));
  const counted = [...Map.groupBy(failures, (failure) => failure)].map(
    ([failure, all]) => `${all.length} x ${failure}`,
  );
  const said = counted.join(', ') || 'nothing';
  return { body, failures: said, reason: known && noted === undefined && enough ? said : undefined };
}

/**
 * Log texts of injected faults and killed workers, never of errors in our own code. A worker that exits on startup
 * counts as killed only if it wrote nothing: a bundle that cannot be loaded writes an error.
 */
const injected =
  /Worker process died|Worker process exited immediately\. stderr: $|timed out|Timeout|ECONNRESET|ECONNREFUSED|EPIPE|socket hang up|Throttl|ProvisionedThroughputExceeded|TransactionConflict|TransactionCanceled|RetryLater|not started/i;

export async function readEvidence(system: DeployedSystem, orderIds: Iterable<string>): Promise<Evidence> {
  const receives = stages.local.queues.maxReceiveCount;
  return { orderIds: new Set(orderIds), failures: await readFailures(system), receives };
}

interface FailedRecord {
  readonly record: string;
  readonly error?: { readonly name?: string; readonly message?: string };
}

interface FailedBatch {
  readonly records: readonly string[];
  readonly error: string | null;
}

/**
 * Reads failed receives from the workers' own lines, and from the engine's lines about workers that ended without one.
 */
async function readFailures(system: DeployedSystem): Promise<Map<string, string[]>> {
  const failures = new Map<string, string[]>();
  const note = (record: string, text: string) => failures.set(record, [...(failures.get(record) ?? []), text]);
  for (const service of ['settlement', 'fulfilment'] as const) {
    const records = await logLines<FailedRecord>(system, { service, message: 'record will be redelivered' });
    for (const { record, error } of records) note(record, [error?.name, error?.message].filter(Boolean).join(': '));
    const batches = await logLines<FailedBatch>(system, { service, message: 'batch will be redelivered' });
    for (const { records: ids, error } of batches) for (const id of ids) note(id, error ?? 'an error without a text');
  }
  return failures;
}
