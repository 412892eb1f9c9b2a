import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type OrderEvent, orderEvent } from '../../contracts/order-event.ts';
import { productRow } from '../../contracts/rows.ts';
import type { Product } from '../../domain/product.ts';

/** The parts of a stream record that are read here. */
export interface StreamRecord {
  readonly dynamodb?: { readonly NewImage?: unknown; readonly OldImage?: unknown } | undefined;
}

/** The event that a record of the orders table's stream carries; undefined when it carries none. */
export function eventOfRecord(record: StreamRecord): OrderEvent | undefined {
  return orderEvent.safeParse(rowOf(record.dynamodb?.NewImage)).data;
}

/** What a record of the catalog table's stream changed; undefined when an image is not a product. */
export function productChangeOfRecord({ dynamodb }: StreamRecord): { before?: Product; after?: Product } | undefined {
  const [before, after] = [
    productRow.safeParse(rowOf(dynamodb?.OldImage)),
    productRow.safeParse(rowOf(dynamodb?.NewImage)),
  ];
  const broken = (dynamodb?.OldImage && !before.success) || (dynamodb?.NewImage && !after.success);
  if (broken || !(before.success || after.success)) return undefined;
  return { ...(before.success && { before: before.data }), ...(after.success && { after: after.data }) };
}

function rowOf(image: unknown): unknown {
  return image === undefined ? undefined : unmarshall(image as Record<string, AttributeValue>);
}
