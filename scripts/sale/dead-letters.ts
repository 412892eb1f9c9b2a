import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { fulfilmentRequest } from '../../functions/contracts/fulfilment-request.ts';
import { orderRequest } from '../../functions/contracts/order-request.ts';
import { parseJson } from '../../functions/runtime/parse-json.ts';
import type { Snapshot } from './check/snapshot.ts';
import { clientConfigOf, type DeployedSystem } from './deployed-quiescence.ts';
import { logLines } from './function-log.ts';

export interface DeadLetter {
  readonly body: string;
  /** Why it was dead-lettered; undefined if nothing explains it. */
  readonly reason: string | undefined;
}

/** Reads the dead letters of these orders and explains each. The messages stay in their queue. */
export async function explainDeadLetters(
  system: DeployedSystem,
  { orders, deadLetters }: Pick<Snapshot, 'orders' | 'deadLetters'>,
  kills: number,
): Promise<readonly DeadLetter[]> {
  const ids = new Set(orders.map(({ orderId }) => orderId));
  const own = (body = '') => ids.has(parseOrderId(body));
  const expected = deadLetters.filter(({ body }) => own(body)).length;
  if (expected === 0) return [];
  const end = Date.now() + visibleWithinMs;
  const seen = new Map<string, Message>();
  // The snapshot hid them for a while, and so does each receive here.
  for (; seen.size < expected && Date.now() < end; await sleep(1_000)) {
    for (const message of await receiveAll(system)) if (own(message.Body)) seen.set(message.MessageId ?? '', message);
  }
  const messages = [...seen.values()];
  const failures = await readFailedRecords(system);
  return messages.map(({ MessageId = '', Body = '', MessageAttributes }) => {
    const noted = MessageAttributes?.reason?.StringValue;
    const errors = failures.get(MessageId) ?? [];
    return { body: Body, reason: noted ?? findReason(errors, kills) };
  });
}

const visibleWithinMs = 60_000;

function parseOrderId(body: string): string {
  const content = parseJson(body);
  const fulfilment = fulfilmentRequest.safeParse(content).data;
  return fulfilment?.order.orderId ?? orderRequest.safeParse(content).data?.orderId ?? '';
}

/** The function logs each failure; a receive without a log line ended with its killed worker. */
function findReason(errors: readonly string[], kills: number): string | undefined {
  if (errors.length === 0 && kills === 0) return undefined;
  const counted = [...Map.groupBy(errors, (error) => error)].map(([error, all]) => `${all.length} x ${error}`);
  return [...counted, ...(kills > 0 ? ['the other receives ended with a killed worker'] : [])].join(', ');
}

export async function receiveAll(system: DeployedSystem): Promise<Message[]> {
  const sqs = new SQSClient(clientConfigOf(system));
  const { OrderDeadLetterUrl, FulfilmentDeadLetterUrl } = system.outputs;
  const all = [await receiveFrom(sqs, OrderDeadLetterUrl), await receiveFrom(sqs, FulfilmentDeadLetterUrl)].flat();
  sqs.destroy();
  return all;
}

async function receiveFrom(sqs: SQSClient, QueueUrl: string | undefined): Promise<Message[]> {
  const all = new Map<string, Message>();
  const wanted = { MaxNumberOfMessages: 10, VisibilityTimeout: 20, MessageAttributeNames: ['All'] };
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...wanted }));
    const fresh = Messages.filter(({ MessageId = '' }) => !all.has(MessageId));
    for (const message of fresh) all.set(message.MessageId ?? '', message);
    if (fresh.length === 0) return [...all.values()];
  }
}

interface FailedRecord {
  readonly record: string;
  readonly error?: { readonly name?: string };
}

/** Error names by message id, from the lines that the workers log when they return a message to the queue. */
async function readFailedRecords(system: DeployedSystem): Promise<Map<string, string[]>> {
  const read = (service: 'settlement' | 'fulfilment') =>
    logLines<FailedRecord>(system, { service, message: 'record will be redelivered' });
  const failures = new Map<string, string[]>();
  for (const { record, error } of [...(await read('settlement')), ...(await read('fulfilment'))])
    failures.set(record, [...(failures.get(record) ?? []), error?.name ?? 'an error']);
  return failures;
}
