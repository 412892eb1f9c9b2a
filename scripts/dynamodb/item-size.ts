import type { Item } from './expressions.ts';

/**
 * Exact bytes of an item as DynamoDB counts them. The size limits of a simulation use the rougher `sizeOf`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => {
    return value === undefined ? sum : sum + Buffer.byteLength(name) + valueSize(value);
  }, 0);
}

const structureBytes = 3;

function valueSize(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return numberSize(value);
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) return structureBytes + value.reduce((sum, element) => sum + 1 + valueSize(element), 0);
  if (typeof value !== 'object' || value === null) return 1;
  const entries = Object.values(value).filter((one) => one !== undefined).length;
  return structureBytes + entries + itemSize(value as Item);
}

/** A byte for each two significant digits, one for the whole, and one for a sign. */
function numberSize(value: number): number {
  const [digits = ''] = Math.abs(value).toString().replace('.', '').split('e');
  const significant = digits.replace(/^0+|0+$/g, '').length;
  return Math.ceil(significant / 2) + 1 + (value < 0 ? 1 : 0);
}
