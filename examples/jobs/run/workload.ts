import type { Work } from './clients.ts';

export interface Planned {
  readonly customer: string;
  readonly key: string;
  readonly work: Work;
  /** How often the client sends the request. */
  readonly times: number;
}

const customers = ['ada', 'bob', 'cleo', 'dan'] as const;

/** A mix of all kinds of work. Jobs that always fail come early, because their attempts take the longest. */
export function planJobs(count: number): Planned[] {
  return Array.from({ length: count }, (_, index) => ({
    customer: customers[index % customers.length] ?? 'ada',
    key: `job-${String(index).padStart(6, '0')}`,
    work: workOf(index),
    times: index % 4 === 0 ? 2 : 1,
  }));
}

function workOf(index: number): Work {
  if (index % 40 === 1) return { kind: 'divide', dividend: index, divisor: 0 };
  if (index % 20 === 3) return { kind: 'sum', from: index + 1, to: index };
  if (index % 3 === 0) return { kind: 'digest', text: `text ${index}` };
  if (index % 3 === 1) return { kind: 'sum', from: -index, to: 10 * index };
  return { kind: 'divide', dividend: -1_000 - index, divisor: 7 };
}

/** Messages that no client sent: no JSON, another version, and a job that does not exist. */
export const strayMessages = [
  'not JSON',
  '{"v":2,"jobId":"x"}',
  JSON.stringify({
    v: 1,
    jobId: '6c1f1c55-6f0b-5f3e-9c7a-000000000001',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }),
];

/** Faults that the gateway injects into the functions' calls. SDKs, clients and the queue must retry. */
export const faults = [
  { kind: 'throttle', service: 'dynamodb', probability: 0.04 },
  { kind: 'lost', service: 'dynamodb', probability: 0.06 },
  { kind: 'duplicate', service: 'sqs', operation: 'SendMessage', probability: 0.1 },
  { kind: 'lost', service: 'sqs', operation: 'SendMessage', probability: 0.04 },
  { kind: 'reset', probability: 0.02 },
  { kind: 'crash', service: 'dynamodb', operation: 'UpdateItem', when: 'after', afterCalls: 20, atMost: 2 },
] as const;
