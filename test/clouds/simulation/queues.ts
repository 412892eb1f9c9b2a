import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { Queue } from '../../../scripts/lab/simulation/world/queue.ts';
import { Scheduler } from '../../../scripts/lab/simulation/world/scheduler.ts';
import type { EmulatedAws } from './emulated-aws.ts';

/** How often each message fails before it succeeds. */
export type Failures = readonly number[];

/** Result for messages that fail equally often on every queue. */
export interface Delivered {
  /** Deliveries of each message. */
  readonly deliveries: readonly number[];
  /** Bodies of dead-lettered messages. */
  readonly dead: readonly string[];
}

export const maxReceives = 3;
const nameOf = (_: unknown, index: number) => `message ${index}`;

function consumer(failures: Failures) {
  const deliveries = failures.map(() => 0);
  return {
    deliveries,
    succeeds(body: string): boolean {
      const index = Number(body.replace('message ', ''));
      deliveries[index] = (deliveries[index] ?? 0) + 1;
      return (deliveries[index] ?? 0) > (failures[index] ?? 0);
    },
  };
}

/** Sends and consumes messages on the simulated queue, without its second deliveries and lost answers. */
export async function consumeSimulated(failures: Failures, seed: number): Promise<Delivered> {
  const { deliveries, succeeds } = consumer(failures);
  const scheduler = new Scheduler(seed);
  const rules = { work: 'work', hideMs: 1_000, maxReceives, batch: 10, windowMs: 50, twice: 0, forget: 0 };
  const queue = new Queue(scheduler, rules, async (messages) => {
    return new Set(messages.filter(({ body }) => !succeeds(body)).map(({ id }) => id));
  });
  for (const body of failures.map(nameOf)) queue.send(body);
  await scheduler.run();
  return { deliveries, dead: queue.dead.map(({ body }) => body).sort() };
}

/** The same on the emulator, as Lambda's poller does: deletes a processed message and makes a failed one visible. */
export async function consumeEmulated(failures: Failures, { sqs, createQueues }: EmulatedAws): Promise<Delivered> {
  const { deliveries, succeeds } = consumer(failures);
  const { url, deadUrl } = await createQueues(maxReceives);
  for (const body of failures.map(nameOf)) await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
  const receive = async (QueueUrl: string) => {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 30 });
    return (await sqs.send(command)).Messages ?? [];
  };
  for (let taken = await receive(url); taken.length > 0; taken = await receive(url)) {
    for (const { Body = '', ReceiptHandle } of taken) {
      const receipt = { QueueUrl: url, ReceiptHandle };
      if (succeeds(Body)) await sqs.send(new DeleteMessageCommand(receipt));
      else await sqs.send(new ChangeMessageVisibilityCommand({ ...receipt, VisibilityTimeout: 0 }));
    }
  }
  const dead: string[] = [];
  for (let taken = await receive(deadUrl); taken.length > 0; taken = await receive(deadUrl))
    dead.push(...taken.map(({ Body = '' }) => Body));
  return { deliveries, dead: dead.sort() };
}
