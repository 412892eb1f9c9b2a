import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Envelope } from '../../../../functions/ports/messaging.ts';
import { type Luck, pickEntries } from '../../../dynamodb/luck.ts';
import { failure } from '../channels.ts';
import { type Asked, findAttributeRefusal, type Sent, toEnvelope, toReceived } from '../sqs-attributes.ts';
import type { CallMaker } from '../world/calls.ts';
import { simulatedEpochMs } from '../world/globals.ts';
import type { Box, Received } from './letter-box.ts';

/** A copy that a redrive sends. */
export interface Copy {
  readonly id: string;
  readonly body: string;
  readonly envelope: Envelope;
}

/** A queue behind a URL. */
export interface Endpoint {
  readonly box: Box;
  readonly send: (copy: Copy) => void;
  /** Called before a message is removed. */
  readonly removing: (receipt: string) => void;
}

interface Entry extends Sent {
  readonly Id: string;
  readonly ReceiptHandle: string;
  readonly MessageBody: string;
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Asked & {
    readonly QueueUrl: string;
    readonly Entries?: readonly Entry[];
    readonly MaxNumberOfMessages?: number;
    readonly VisibilityTimeout?: number;
    readonly WaitTimeSeconds?: number;
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const limits = { entries: 10, hideSeconds: 43_200 };
const throttled = Object.assign(failure('ThrottlingException'), { $metadata: { httpStatusCode: 400 } });
const timeout = failure('TimeoutError');

/** The part of SQS that a redrive uses. */
export function simulateSqs(calls: CallMaker, endpoints: Readonly<Record<string, Endpoint>>): SQSClient {
  function send({ constructor: { name }, input }: Command): Promise<object> {
    const endpoint = endpoints[input.QueueUrl];
    if (!endpoint) throw new Error(`the simulation has no queue '${input.QueueUrl}'`);
    return calls.make<object>({
      name: `${name.replace('Command', '')} ${input.QueueUrl}`,
      execute(answer, luck) {
        const refusal = findRefusal(input);
        if (refusal) return answer(calls.refuse(refusal));
        const result = execute(name, input, endpoint, luck);
        const isEmpty = name === 'ReceiveMessageCommand' && (result as { Messages: unknown[] }).Messages.length === 0;
        // A long poll that finds nothing returns late.
        if (isEmpty) calls.scheduler.after((input.WaitTimeSeconds ?? 0) * 1_000, undefined, () => answer(result));
        else answer(result);
      },
      busy: () => throttled,
      lost: () => timeout,
    });
  }
  return { send } as unknown as SQSClient;
}

function findRefusal({ Entries, VisibilityTimeout = 0 }: Command['input']): string | undefined {
  if (Entries && (Entries.length < 1 || Entries.length > limits.entries))
    return `a batch of ${Entries.length} entries, must be 1 to ${limits.entries}`;
  if (VisibilityTimeout < 0 || VisibilityTimeout > limits.hideSeconds)
    return `VisibilityTimeout is ${VisibilityTimeout}, must be 0 to ${limits.hideSeconds}`;
  return Entries?.map(findAttributeRefusal).find((refusal) => refusal !== undefined);
}

function execute(name: string, input: Command['input'], endpoint: Endpoint, { conflict, pick }: Luck): object {
  const { Entries = [], MaxNumberOfMessages = 1, VisibilityTimeout = 30 } = input;
  const { box } = endpoint;
  const isRefused = pickEntries(conflict ? Entries.length : 0, pick);
  /** Runs the entries that are not rejected. */
  function each(work: (entry: Entry) => boolean): object {
    const done = Entries.map((entry, index) => !isRefused(index) && work(entry));
    const those = (isDone: boolean) => Entries.filter((_, index) => done[index] === isDone).map(({ Id }) => ({ Id }));
    return { Successful: those(true), Failed: those(false) };
  }

  switch (name) {
    case 'ReceiveMessageCommand':
      return {
        Messages: box.receive(MaxNumberOfMessages, VisibilityTimeout * 1_000, pick).map((one) => toAnswer(one, input)),
      };
    case 'SendMessageBatchCommand':
      return each(({ Id, MessageBody, ...sent }) => {
        endpoint.send({ id: Id, body: MessageBody, envelope: toEnvelope(sent) });
        return true;
      });
    case 'DeleteMessageBatchCommand':
      return each(({ ReceiptHandle }) => {
        endpoint.removing(ReceiptHandle);
        return box.remove(ReceiptHandle);
      });
    case 'ChangeMessageVisibilityBatchCommand':
      return each(({ ReceiptHandle }) => {
        box.release(ReceiptHandle);
        return true;
      });
    default:
      throw new Error(`the simulated SQS does not support ${name}; add it to operator/sqs.ts`);
  }
}

function toAnswer({ message: { id, body, envelope, sentAtMs }, receipt }: Received, asked: Asked) {
  return {
    ...{ MessageId: id, Body: body, ReceiptHandle: receipt },
    ...toReceived(envelope, simulatedEpochMs(sentAtMs), asked),
  };
}
