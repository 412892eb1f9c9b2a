/** Every key of every table is built here, from ids whose grammars have no `#`. */
export const orderKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'ORDER' });
export const eventKey = (orderId: string, version: number) => ({ pk: `ORDER#${orderId}`, sk: `EVENT#${version}` });
export const stockKey = (sku: string, shard: number) => ({ pk: `STOCK#${sku}#${shard}` });
export const supplyKey = (sku: string, key: string) => ({ pk: `SUPPLY#${sku}#${key}` });
export const productKey = (sku: string) => ({ pk: `PRODUCT#${sku}` });
export const countedKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'COUNTED' });
export const salesTotalKey = (sku: string, slot: number) => ({ pk: `SALES#${sku}#${slot}`, sk: 'TOTAL' });
export const salesMinuteKey = (sku: string, slot: number, minute: string) => ({
  pk: `SALES#${sku}#${slot}`,
  sk: `MINUTE#${minute}`,
});

/** Lists a customer's order rows by time; event rows have no `customer` and stay out of it. */
export const byCustomer = 'byCustomer';
