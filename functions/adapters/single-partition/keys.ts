import { encodeCustomer } from '../../contracts/table-keys.ts';

// Azure forbids / \ # and ? in keys; no grammar of our own ids allows `|`.
const key = (...parts: (string | number)[]) => parts.join('|');

export const orderPartition = (orderId: string) => key('ORDER', orderId);
export const customerPartition = (customer: string) => key('CUSTOMER', encodeCustomer(customer));
/** Row keys start with the acceptance time, so that a sweep reads the oldest orders first. */
export const openOrderPartition = (bucket: number) => key('OPENORDER', bucket);
export const openOrderRowKey = (acceptedAt: string, orderId: string) => key(acceptedAt, orderId);
export function parseOpenOrderRowKey(row: string): { acceptedAt: string; orderId: string } {
  const [acceptedAt = '', orderId = ''] = row.split('|');
  return { acceptedAt, orderId };
}
export const stockPartition = (sku: string, shard: number) => key('STOCK', sku, shard);
export const productPartition = (sku: string) => key('PRODUCT', sku);
export const rightsPartition = (sku: string) => key('RIGHTS', sku);
export const catalogPartition = 'CATALOG';
export const viewPartition = (slot: number) => key('VIEW', slot);

export const orderRowKey = 'ORDER';
export const stockRowKey = 'STOCK';
/** In the partition of the customer's preferred shard of the product. */
export const holdingRowKey = (customer: string) => key('HOLDING', encodeCustomer(customer));
export const productRowKey = 'PRODUCT';
export const decisionRowKey = (orderId: string, attempt: number) => key('DECISION', orderId, attempt);
export const outboxPrefix = 'OUTBOX|';
export const outboxRowKey = (orderId: string, version: number) => key('OUTBOX', orderId, version);
export const eventRowKey = (orderId: string, version: number) => key('EVENT', orderId, version);
export const supplyRowKey = (supply: string) => key('SUPPLY', supply);
/** Marks a supply that has not reached every shard. */
export const openPrefix = 'OPEN|';
export const openRowKey = (supply: string) => key('OPEN', supply);
export const transferRowKey = (from: number, number: number) => key('TRANSFER', from, number);
export const rightsRowKey = 'RIGHTS';
export const rightsChangeRowKey = (name: string) => key('MADE', name);
export const countedRowKey = (orderId: string) => key('COUNTED', orderId);
export const totalRowKey = (sku: string) => key('TOTAL', sku);
export const minuteRowKey = (sku: string, minute: string) => key('MINUTE', sku, minute);

/** State shared by all environments. One partition, so that one transaction covers a note and its fence. */
export const coordinationPartition = 'COORDINATION';
export const breakerRowKey = (name: string) => key('BREAKER', name);
export const leaseRowKey = (name: string) => key('LEASE', name);
export const noteRowKey = (name: string) => key('NOTE', name);

const latestMs = 9_999_999_999_999;

/** Rows list in ascending key order, so the time counts down to list a customer's newest orders first. */
export function acceptedRowKey(acceptedAt: string, orderId: string): string {
  return key(String(latestMs - Date.parse(acceptedAt)).padStart(13, '0'), orderId);
}

export function parseAcceptedRowKey(row: string): { acceptedAt: string; orderId: string } {
  const [countdown, orderId = ''] = row.split('|');
  return { acceptedAt: new Date(latestMs - Number(countdown)).toISOString(), orderId };
}

export function parseShardPartition(partition: string): { sku: string; shard: number } {
  const [, sku = '', shard] = partition.split('|');
  return { sku, shard: Number(shard) };
}
