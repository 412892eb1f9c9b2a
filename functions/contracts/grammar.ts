import * as z from 'zod';
import { currencies } from '../domain/product.ts';

// Our ids become parts of keys (`STOCK#<sku>#<shard>`). Their grammars exclude every separator, so no id can form
// another id's key. A customer's id is the issuer's: where it is part of a key, it is encoded.
export const sku = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a sku must be 1-63 characters of a-z, 0-9 and "-", not starting with "-"');
export const orderId = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, {
  error: 'an order id must be a version 5 UUID in lower case',
});
/** A token's subject: https://openid.net/specs/openid-connect-core-1_0.html#IDToken. Keys encode it. */
export const customerId = z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/, {
  error: 'a customer id must be 1-255 printable ASCII characters',
});
export const idempotencyKey = z
  .string()
  .regex(
    /^[A-Za-z0-9_.:-]{8,128}$/,
    'Idempotency-Key must be 8-128 characters of A-Z, a-z, 0-9, "_", ".", ":" and "-"',
  );

export const quantity = z.int().min(1).max(100);
/** Units of a product that one customer may hold. */
export const limitPerCustomer = z.int().min(1).max(1_000_000);
export const supply = z.int().min(1).max(1_000_000);
export const minorUnits = z.int().min(0).max(1_000_000_000);
export const currency = z.enum(currencies);
export const timestamp = z.iso.datetime();
export const version = z.int().min(1);

/** W3C trace context, version 00: https://www.w3.org/TR/trace-context/#traceparent-header */
export const traceparent = z.string().regex(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/);
