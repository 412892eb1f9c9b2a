import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { eventBridge } from '../../../functions/adapters/aws/clients/eventbridge-client.ts';
import { sqs } from '../../../functions/adapters/aws/clients/sqs-client.ts';
import { dynamodbPlatform } from '../../../scripts/lab/simulation/dynamodb/platform.ts';
import { Witness } from '../../../scripts/lab/simulation/world/witness.ts';
import { CalmCalls } from './simulated-aws.ts';

export interface Clients {
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly eventBridge: Pick<EventBridgeClient, 'send'>;
  readonly queueUrl: string;
}

/** The adapters' clients over the simulated queue and bus. */
export function simulatedClients(): Clients {
  const nothing = () => {};
  const world = { enqueue: nothing, postpone: nothing, bury: nothing, published: nothing, changed: nothing };
  dynamodbPlatform({ calls: new CalmCalls(), witness: new Witness(), ...world });
  return { sqs, eventBridge, queueUrl: 'order-requests' };
}

const mebibyte = 1_024 * 1_024;
const send = (MessageBody: string, DelaySeconds = 0) => ({ MessageBody, DelaySeconds });
const entries = (count: number, bytes = 2) =>
  Array.from({ length: count }, () => {
    const Detail = JSON.stringify('x'.repeat(bytes - 2));
    return { Source: 'test', DetailType: 'test', Detail };
  });

export interface LimitedCall {
  readonly name: string;
  /** How the emulator differs from AWS, and therefore from the simulation. */
  readonly emulatorDiffers?: string;
  readonly make: (clients: Clients) => Promise<unknown>;
}

const sending = (name: string, input: object): LimitedCall => ({
  name,
  make: (clients) => clients.sqs.send(new SendMessageCommand({ QueueUrl: clients.queueUrl, ...input } as never)),
});
const publishing = (name: string, Entries: ReturnType<typeof entries>): LimitedCall => ({
  name,
  make: (clients) => clients.eventBridge.send(new PutEventsCommand({ Entries })),
});

/** Calls at a limit of AWS, and beyond it. */
export const limitedCalls: readonly LimitedCall[] = [
  sending('a message of 1 MiB', send('x'.repeat(mebibyte))),
  sending('a message of 1 MiB and a byte', send('x'.repeat(mebibyte + 1))),
  sending('an empty message', send('')),
  sending('a delay of 900 s', send('x', 900)),
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
  { ...sending('a delay of 901 s', send('x', 901)), emulatorDiffers: 'it takes every delay' },
  { ...sending('a negative delay', send('x', -1)), emulatorDiffers: 'it takes every delay' },
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
  { ...publishing('no event', entries(0)), emulatorDiffers: 'it takes a call without entries' },
  publishing('ten events', entries(10)),
  publishing('eleven events', entries(11)),
  {
    ...publishing('an event of more than 1 MiB', entries(1, mebibyte + 1)),
    emulatorDiffers: 'it takes an event of any size',
  },
];

/** Whether the service takes the call. */
export async function isTaken(call: LimitedCall, clients: Clients): Promise<boolean> {
  return call.make(clients).then(
    () => true,
    () => false,
  );
}
