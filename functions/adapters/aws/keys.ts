import { keyPrefixes } from '../../contracts/table-keys.ts';
import { toOpenBucket } from '../../domain/open-order.ts';
import type { OrderPosition } from '../../ports/orders.ts';

/** All keys of all tables are built here. No grammar of our own ids allows `#`; a customer's id is the last part. */
export const orderKey = (orderId: string) => ({ pk: `${keyPrefixes.order}${orderId}`, sk: 'ORDER' });
export const orderKeyId = ({ pk }: Record<string, unknown>) => String(pk).slice(keyPrefixes.order.length);
/** Start of the next page: from the key, because the last row may be unreadable. */
export const toPosition = (last: Readonly<Record<string, unknown>>): OrderPosition => ({
  acceptedAt: String(last.acceptedAt),
  orderId: orderKeyId(last),
});
export const eventKey = (orderId: string, version: number) => ({
  pk: `${keyPrefixes.order}${orderId}`,
  sk: `${keyPrefixes.event}${version}`,
});
export const stockKey = (sku: string, shard: number) => ({ pk: `${keyPrefixes.stock}${sku}#${shard}` });
export const stockKeyShard = ({ pk }: Record<string, unknown>) => Number(String(pk).split('#').at(-1));
export const holdingKey = (sku: string, customer: string) => ({ pk: `${keyPrefixes.holding}${sku}#${customer}` });
export const supplyKey = (sku: string, key: string) => ({ pk: `SUPPLY#${sku}#${key}` });
/** A transfer to another region, stored in the sender's table. */
export const transferKey = (sku: string, id: string) => ({ pk: `${keyPrefixes.transfer}${sku}#${id}` });
/** The open transfers to a region, stored in the sender's table. */
export const transitKey = (to: string) => ({ pk: `${keyPrefixes.transit}${to}` });
/** A transfer from another region, stored in the receiver's table. */
export const receivedKey = (sku: string, id: string) => ({ pk: `${keyPrefixes.received}${sku}#${id}` });
export const rightsKey = (sku: string) => ({ pk: `RIGHTS#${sku}` });
export const rightsChangeKey = (sku: string, name: string) => ({ pk: `RIGHTS#${sku}#${name}` });
export const productKey = (sku: string) => ({ pk: `${keyPrefixes.product}${sku}` });
export const productKeySku = ({ pk }: Record<string, unknown>) => String(pk).slice(keyPrefixes.product.length);

/**
 * All generations of the views share a table; the first one has no name. One row names the live generation, so that one
 * write swaps a rebuild in.
 */
export const liveGenerationKey = { pk: 'VIEWS', sk: 'GENERATION' };
const inGeneration = (generation: string, pk: string) => (generation === '' ? pk : `${generation}#${pk}`);
export const countedKey = (generation: string, orderId: string) => ({
  pk: inGeneration(generation, `${keyPrefixes.order}${orderId}`),
  sk: 'COUNTED',
});
export const salesTotalKey = (generation: string, sku: string, slot: number) => ({
  pk: inGeneration(generation, `SALES#${sku}#${slot}`),
  sk: 'TOTAL',
});
export const salesMinuteKey = (generation: string, sku: string, slot: number, minute: string) => ({
  pk: inGeneration(generation, `SALES#${sku}#${slot}`),
  sk: `MINUTE#${minute}`,
});

export const openValue = (orderId: string) => String(toOpenBucket(orderId));

/** State shared by all environments; the table has no sort key. */
export const breakerKey = (name: string) => ({ pk: `BREAKER#${name}` });
export const leaseKey = (name: string) => ({ pk: `LEASE#${name}` });
export const noteKey = (name: string) => ({ pk: `NOTE#${name}` });
