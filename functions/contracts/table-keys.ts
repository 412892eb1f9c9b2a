/**
 * Key prefixes and index names of the tables, once: adapters build keys with them, stacks declare indexes and stream
 * filters with them.
 */
export const keyPrefixes = { order: 'ORDER#', event: 'EVENT#', stock: 'STOCK#', product: 'PRODUCT#' } as const;

/** Lists the orders of a customer by time; event rows have no `customer` and stay out of it. */
export const ordersByCustomerIndex = 'byCustomer';

/** Lists the orders that are not final: only rows with the attribute `open`, which holds their bucket, are in it. */
export const openOrdersIndex = 'open';
