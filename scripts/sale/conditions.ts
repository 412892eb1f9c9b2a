import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { faultsPath } from '../platform/gateway/faults/control.ts';
import type { FaultCount } from '../platform/gateway/faults/faults.ts';
import type { FaultPlanInput } from '../platform/gateway/faults/plan.ts';
import { memoryOf } from '../platform/process/memory.ts';
import { clientConfigOf, type DeployedSystem } from './deployed-quiescence.ts';

export const duplicateShare = 0.1;

/** What goes wrong in a soak, beside the workers that die. */
const faults: FaultPlanInput['faults'] = [
  { kind: 'lost', probability: 0.05 },
  { kind: 'throttle', probability: 0.05 },
  { kind: 'duplicate', service: 'sqs', operation: 'SendMessage', probability: duplicateShare },
];

export async function beginFaults({ endpointUrl }: DeployedSystem, seed: number): Promise<void> {
  const answer = await fetch(endpointUrl + faultsPath, { method: 'PUT', body: JSON.stringify({ seed, faults }) });
  if (!answer.ok) throw new Error(`the gateway took no faults: ${await answer.text()}`);
}

/** Ends them, and tells what was injected. */
export async function endFaults({ endpointUrl }: DeployedSystem): Promise<FaultCount[]> {
  const counts = (await (await fetch(endpointUrl + faultsPath)).json()) as FaultCount[];
  await fetch(endpointUrl + faultsPath, { method: 'DELETE' });
  return counts;
}

/** The queues of orders and of what is to be fulfilled. */
export interface WorkQueues {
  /** Orders that wait to be settled, hidden ones included. */
  length(): Promise<number>;
  /** What waits in both, delayed messages included. */
  lengthOfBoth(): Promise<number>;
  /** Hides received messages of both for this long from now on; answers for how long it was. */
  setVisibilityTimeout(seconds: number): Promise<number>;
  close(): void;
}

const waiting = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

export function workQueuesOf(system: DeployedSystem): WorkQueues {
  const sqs = new SQSClient(clientConfigOf(system));
  const { OrderQueueUrl, FulfilmentQueueUrl } = system.outputs;
  const read = async (QueueUrl: string | undefined) => {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return (name: keyof typeof Attributes) => Number(Attributes[name] ?? 0);
  };
  const lengthOf = async (url: string | undefined) => {
    const attribute = await read(url);
    return waiting.reduce((sum, name) => sum + attribute(name), 0);
  };
  return {
    length: () => lengthOf(OrderQueueUrl),
    lengthOfBoth: async () => (await lengthOf(OrderQueueUrl)) + (await lengthOf(FulfilmentQueueUrl)),
    setVisibilityTimeout: async (seconds) => {
      const before = (await read(OrderQueueUrl))('VisibilityTimeout');
      const Attributes = { VisibilityTimeout: String(seconds) };
      for (const QueueUrl of [OrderQueueUrl, FulfilmentQueueUrl])
        await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
      return before;
    },
    close: () => sqs.destroy(),
  };
}

export interface Sample {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Messages in the order queue, hidden ones included. */
  readonly waiting: number;
  readonly memoryMb: number;
}

const sampleMs = 2_000;

export function takeSamples(queue: WorkQueues, enginePid: number) {
  const samples: Sample[] = [];
  const timer = setInterval(() => {
    queue
      .length()
      .then((waiting) => samples.push({ at: Date.now(), waiting, memoryMb: memoryOf(enginePid) }))
      // A sample that was not taken is not in the chart.
      .catch(() => {});
  }, sampleMs);
  return { samples: samples as readonly Sample[], stop: () => clearInterval(timer) };
}
