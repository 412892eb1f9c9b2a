import type { Submission } from '../check/evidence.ts';

export interface PlannedJob {
  readonly customer: string;
  readonly key: string;
  readonly work: Submission['work'];
  readonly atMs: number;
  /** When the client repeats the request; undefined: never. */
  readonly againAtMs: number | undefined;
  /** The client then uses the key for other work. */
  readonly reused: boolean;
}

const customers = ['ada', 'bob'] as const;

/** A few jobs: enough for any two calls to meet. */
export function planSeed(draw: () => number): PlannedJob[] {
  return Array.from({ length: 2 + Math.floor(draw() * 5) }, (_, index) => {
    const [owner, kind, at, again, pause, reuse] = [draw(), draw(), draw(), draw(), draw(), draw()];
    const atMs = at * 5_000;
    return {
      customer: customers[owner < 0.5 ? 0 : 1],
      key: `key-${index}-of-a-job`,
      work: workOf(kind, index),
      atMs,
      // At once, so that two requests meet, or after the job has ended.
      againAtMs: again < 0.4 ? atMs + pause * 5 : again < 0.6 ? atMs + pause * 20_000 : undefined,
      reused: reuse < 0.2,
    };
  });
}

function workOf(kind: number, index: number): Submission['work'] {
  if (kind < 0.25) return { kind: 'divide', dividend: 7, divisor: 0 };
  if (kind < 0.35) return { kind: 'sum', from: 2, to: 1 };
  if (kind < 0.6) return { kind: 'sum', from: -index, to: 10 + index };
  if (kind < 0.8) return { kind: 'divide', dividend: -100 - index, divisor: 7 };
  return { kind: 'digest', text: `text ${index}` };
}

/** Messages that no client sent. */
export const strayMessages = [
  'not JSON',
  JSON.stringify({
    v: 1,
    jobId: '6c1f1c55-6f0b-5f3e-9c7a-000000000001',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }),
];
