import { encodeCustomer } from '../../contracts/table-keys.ts';

/** All document paths are built here. No id's grammar allows `#` or `/`. */
export const orderPath = (orderId: string) => `orders/${orderId}`;
export const eventPath = (orderId: string, version: number) => `events/${orderId}#${version}`;
export const stockPath = (sku: string, shard: number) => `stock/${sku}#${shard}`;
export const holdingPath = (sku: string, customer: string) => `holdings/${sku}#${encodeCustomer(customer)}`;
export const supplyPath = (sku: string, key: string) => `supplies/${sku}#${key}`;
export const productPath = (sku: string) => `catalog/${sku}`;
export const countedPath = (orderId: string) => `counted/${orderId}`;
export const salesTotalPath = (sku: string, slot: number) => `salesTotals/${sku}#${slot}`;
export const salesMinutePath = (sku: string, slot: number, minute: string) => `salesMinutes/${sku}#${slot}#${minute}`;
export const breakerPath = (name: string) => `coordination/breaker#${name}`;
export const leasePath = (name: string) => `coordination/lease#${name}`;
export const notePath = (name: string) => `coordination/note#${name}`;
