import * as z from 'zod';
import { currencies } from '../domain/product.ts';

export * from './common-grammar.ts';

// Our ids become parts of keys (`STOCK#<sku>#<shard>`). Their grammars exclude every separator, so no id can form
// another id's key. A customer's id is the issuer's: where it is part of a key, it is encoded.
export const sku = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a sku must be 1-63 characters of a-z, 0-9 and "-", not starting with "-"');
export const orderId = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, {
  error: 'an order id must be a version 5 UUID in lower case',
});

export const quantity = z.int().min(1).max(100);
/** Units of a product that one customer may hold. */
export const limitPerCustomer = z.int().min(1).max(1_000_000);
export const supply = z.int().min(1).max(1_000_000);
export const minorUnits = z.int().min(0).max(1_000_000_000);
export const currency = z.enum(currencies);
export const version = z.int().min(1);
