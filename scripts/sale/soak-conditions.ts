import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { faultsPath } from '../platform/gateway/faults/control.ts';
import type { FaultCount } from '../platform/gateway/faults/faults.ts';
import type { FaultPlanInput } from '../platform/gateway/faults/plan.ts';
import { readMemory } from '../platform/process/memory.ts';
import { type DeployedSystem, toClientConfig } from './deployed-quiescence.ts';

export const duplicateShare = 0.1;

/** The faults of a soak, besides the killed workers. */
const faults: FaultPlanInput['faults'] = [
  { kind: 'lost', probability: 0.05 },
  { kind: 'throttle', probability: 0.05 },
  { kind: 'duplicate', service: 'sqs', operation: 'SendMessage', probability: duplicateShare },
];

export async function beginFaults({ endpointUrl }: DeployedSystem, seed: number): Promise<void> {
  const answer = await fetch(endpointUrl + faultsPath, { method: 'PUT', body: JSON.stringify({ seed, faults }) });
  if (!answer.ok) throw new Error(`the gateway rejected the fault plan with ${answer.status}: ${await answer.text()}`);
}

/** Ends the faults, and returns what was injected. */
export async function endFaults({ endpointUrl }: DeployedSystem): Promise<FaultCount[]> {
  const counts = (await (await fetch(endpointUrl + faultsPath)).json()) as FaultCount[];
  await fetch(endpointUrl + faultsPath, { method: 'DELETE' });
  return counts;
}

/** The order queue and the fulfilment queue. */
export interface WorkQueues {
  /** Messages in the order queue, including hidden and delayed ones. */
  length(): Promise<number>;
  /** Messages in both queues, including hidden and delayed ones. */
  lengthOfBoth(): Promise<number>;
  /** Sets the visibility timeout of both queues; returns the previous one. */
  setVisibilityTimeout(seconds: number): Promise<number>;
  close(): void;
}

const countAttributes = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

export function openWorkQueues(system: DeployedSystem): WorkQueues {
  const sqs = new SQSClient(toClientConfig(system));
  const { OrderQueueUrl, FulfilmentQueueUrl } = system.outputs;
  const readAttributes = async (QueueUrl: string | undefined) => {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return (name: keyof typeof Attributes) => Number(Attributes[name] ?? 0);
  };
  const readLength = async (url: string | undefined) => {
    const attribute = await readAttributes(url);
    return countAttributes.reduce((sum, name) => sum + attribute(name), 0);
  };
  return {
    length: () => readLength(OrderQueueUrl),
    lengthOfBoth: async () => (await readLength(OrderQueueUrl)) + (await readLength(FulfilmentQueueUrl)),
    setVisibilityTimeout: async (seconds) => {
      const before = (await readAttributes(OrderQueueUrl))('VisibilityTimeout');
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
  /** Messages in the order queue, including hidden and delayed ones. */
  readonly waiting: number;
  readonly memoryMb: number;
}

const sampleMs = 2_000;

export function takeSamples(queue: WorkQueues, enginePid: number) {
  const samples: Sample[] = [];
  const timer = setInterval(() => {
    queue
      .length()
      .then((waiting) => samples.push({ at: Date.now(), waiting, memoryMb: readMemory(enginePid) }))
      // The chart may miss a sample.
      .catch(() => {});
  }, sampleMs);
  return { samples: samples as readonly Sample[], stop: () => clearInterval(timer) };
}
