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
  /** Why it lies there; undefined when nothing that happened explains it. */
  readonly reason: string | undefined;
}

/** Reads the dead letters of these orders, each with what brought it there. They stay where they are. */
export async function explainDeadLetters(
  system: DeployedSystem,
  { orders, deadLetters }: Pick<Snapshot, 'orders' | 'deadLetters'>,
  kills: number,
): Promise<readonly DeadLetter[]> {
  const ids = new Set(orders.map(({ orderId }) => orderId));
  const own = (body = '') => ids.has(orderIdIn(body));
  const expected = deadLetters.filter(own).length;
  if (expected === 0) return [];
  const end = Date.now() + shownAgainWithinMs;
  const seen = new Map<string, Message>();
  // Who took the snapshot still hides them, and so does each look here.
  for (; seen.size < expected && Date.now() < end; await sleep(1_000)) {
    for (const message of await receiveAll(system)) if (own(message.Body)) seen.set(message.MessageId ?? '', message);
  }
  const messages = [...seen.values()];
  const failures = await failedRecords(system);
  return messages.map(({ MessageId = '', Body = '', MessageAttributes }) => {
    const given = MessageAttributes?.reason?.StringValue;
    const errors = failures.get(MessageId) ?? [];
    return { body: Body, reason: given ?? reasonOf(errors, kills) };
  });
}

const shownAgainWithinMs = 60_000;

function orderIdIn(body: string): string {
  const content = parseJson(body);
  const fulfilment = fulfilmentRequest.safeParse(content).data;
  return fulfilment?.order.orderId ?? orderRequest.safeParse(content).data?.orderId ?? '';
}

/** What failed is in the log of the function; what left no word there was ended with its worker. */
function reasonOf(errors: readonly string[], kills: number): string | undefined {
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

/** Error names by message, from the lines that the workers write when they give a message back. */
async function failedRecords(system: DeployedSystem): Promise<Map<string, string[]>> {
  const read = (service: 'settlement' | 'fulfilment') =>
    logLines<FailedRecord>(system, { service, message: 'record will be redelivered' });
  const failures = new Map<string, string[]>();
  for (const { record, error } of [...(await read('settlement')), ...(await read('fulfilment'))])
    failures.set(record, [...(failures.get(record) ?? []), error?.name ?? 'an error']);
  return failures;
}
