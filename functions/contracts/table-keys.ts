/**
 * Key prefixes and index names of the tables, defined once: adapters build keys with them, stacks declare indexes and
 * stream filters with them.
 */
export const keyPrefixes = {
  order: 'ORDER#',
  event: 'EVENT#',
  stock: 'STOCK#',
  holding: 'HOLDING#',
  product: 'PRODUCT#',
  transfer: 'TRANSFER#',
  transit: 'TRANSIT#',
  received: 'RECEIVED#',
} as const;

/**
 * The issuer chooses a customer's id, and stores forbid some characters in keys. Safe ids stay readable; only encoded
 * ones begin with `~`.
 */
export function encodeCustomer(customer: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,127}$/.test(customer)
    ? customer
    : `~${Buffer.from(customer).toString('base64url')}`;
}

/** Lists the orders of a customer by time; event rows have no `customer` and stay out of it. */
export const ordersByCustomerIndex = 'byCustomer';

/** Lists the orders that are not final: only rows with the attribute `open`, which holds their bucket, are in it. */
export const openOrdersIndex = 'open';
