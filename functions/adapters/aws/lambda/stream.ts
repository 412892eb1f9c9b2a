import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { StoredEvent } from '../../../contracts/order-event.ts';
import { eventRow, productRow } from '../../../contracts/rows.ts';
import type { Product } from '../../../domain/product.ts';

/** The parts of a stream record that this file reads. */
export interface StreamRecord {
  readonly dynamodb?: { readonly NewImage?: unknown; readonly OldImage?: unknown } | undefined;
}

/** The event in a record of the orders table's stream; undefined when there is none. */
export function parseOrderEvent(record: StreamRecord): StoredEvent | undefined {
  return eventRow.safeParse(parseImage(record.dynamodb?.NewImage)).data;
}

/** The product change in a record of the catalog table's stream; undefined when an image is not a product. */
export function parseProductChange({ dynamodb }: StreamRecord): { before?: Product; after?: Product } | undefined {
  const [before, after] = [
    productRow.safeParse(parseImage(dynamodb?.OldImage)),
    productRow.safeParse(parseImage(dynamodb?.NewImage)),
  ];
  const malformed = (dynamodb?.OldImage && !before.success) || (dynamodb?.NewImage && !after.success);
  if (malformed || !(before.success || after.success)) return undefined;
  return { ...(before.success && { before: before.data }), ...(after.success && { after: after.data }) };
}

function parseImage(image: unknown): unknown {
  return image === undefined ? undefined : unmarshall(image as Record<string, AttributeValue>);
}
