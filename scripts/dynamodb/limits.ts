import type { Item } from './expressions.ts';

/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html,
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export const limits = {
  itemBytes: 400 * 1_024,
  transactionItems: 100,
  transactionBytes: 4 * 1_024 * 1_024,
  batchReadKeys: 100,
  batchReadBytes: 16 * 1_024 * 1_024,
  batchWriteItems: 25,
  pageBytes: 1_024 * 1_024,
} as const;

/** Bytes as DynamoDB counts them, except that every number counts as 8. */
export function sizeOf(item: Item): number {
  let bytes = 0;
  for (const name in item) bytes += name.length + sizeOfValue(item[name]);
  return bytes;
}

function sizeOfValue(value: unknown): number {
  // For short strings the exact byte count hardly matters, and it is slow.
  if (typeof value === 'string') return value.length < 1_000 ? value.length : Buffer.byteLength(value);
  if (typeof value === 'number') return 8;
  if (typeof value !== 'object' || value === null) return 1;
  if (!Array.isArray(value)) return 3 + sizeOf(value as Item);
  return value.reduce((sum: number, element) => sum + 1 + sizeOfValue(element), 3);
}
