import { parseOrderEvent } from '../../../functions/adapters/aws/lambda/stream.ts';
import type { Target } from '../../../scripts/platform/engine/target.ts';
import { readStream } from '../read-stream.ts';
import type { Backend } from './backend.ts';

/** Reads a table's stream as the event source mapping does: resumes after the last event handed over. */
export function awsStream(target: Target, table: string): Backend['drain'] {
  const taken = new Map<string, number>();
  return async (sku, hand) => {
    const events = (await readStream(target, table)).flatMap((record) => parseOrderEvent(record) ?? []);
    const own = events.filter(({ order }) => order.sku === sku);
    for (const event of own.slice(taken.get(sku) ?? 0)) {
      await hand(event);
      taken.set(sku, (taken.get(sku) ?? 0) + 1);
    }
  };
}
