import * as z from 'zod';

// Grammar of requests and messages that any business shares.

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
export const timestamp = z.iso.datetime();

/** W3C trace context, version 00: https://www.w3.org/TR/trace-context/#traceparent-header */
export const traceparent = z.string().regex(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/);
