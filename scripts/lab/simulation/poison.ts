import type { DeadLetterStep } from '../../sale/check/dead-letter.ts';

/** A message that no worker can process. */
export interface Poison {
  readonly name: string;
  /** The worker that receives it. */
  readonly step: DeadLetterStep;
  readonly body: string;
  readonly atMs: number;
}

const unknownId = '00000000-0000-5000-8000-000000000000';
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Message bodies for each simulated worker. */
const bodies: Readonly<Partial<Record<DeadLetterStep, readonly string[]>>> = {
  settlement: [
    '{"v":1',
    JSON.stringify({ v: 7, orderId: 'not-an-order' }),
    JSON.stringify({ v: 1, orderId: unknownId, traceparent }),
  ],
  projection: ['{"v":1,"type":"Nothing"}'],
  fulfilment: ['{"v":1,', JSON.stringify({ v: 1, order: { orderId: unknownId }, traceparent })],
};

/** Draws poison for a worker, sent within the first `withinMs`. */
export function drawPoison(step: DeadLetterStep, draw: () => number, withinMs: number): readonly Poison[] {
  return (bodies[step] ?? [])
    .map((body, index) => ({ name: `${step}-poison-${index}`, step, body, atMs: draw() * withinMs }))
    .filter(() => draw() < 0.3);
}
