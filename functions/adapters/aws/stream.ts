import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type OrderEvent, orderEvent } from '../../contracts/order-event.ts';

/** The parts of a stream record that are read here. */
export interface StreamRecord {
  readonly dynamodb?: { readonly NewImage?: unknown } | undefined;
}

/** The event that a record of the orders table's stream carries; undefined when it carries none. */
export function eventOfRecord(record: StreamRecord): OrderEvent | undefined {
  const image = record.dynamodb?.NewImage as Record<string, AttributeValue> | undefined;
  return image && orderEvent.safeParse(unmarshall(image)).data;
}
