import * as z from 'zod';
import { generationRow } from '../../functions/adapters/aws/generation.ts';
import { fulfilmentRequest } from '../../functions/contracts/fulfilment-request.ts';
import { orderEvent } from '../../functions/contracts/order-event.ts';
import { orderRequest } from '../../functions/contracts/order-request.ts';
import * as rows from '../../functions/contracts/rows.ts';
import { sweepProgress } from '../../functions/contracts/sweep-progress.ts';
import { countedOrder, salesRow } from '../../functions/contracts/view.ts';
import { operations } from '../openapi/operations.ts';
import type { Schema } from './recording.ts';

/** The schemas that the functions read with, by message. */
const readers: Readonly<Record<string, z.ZodType>> = {
  'queue order-requests': orderRequest,
  'queue fulfilment-requests': fulfilmentRequest,
  'orders ORDER': rows.orderRow,
  'orders EVENT': rows.eventRow,
  'stock STOCK': rows.stockRow,
  'stock HOLDING': rows.holdingRow,
  'stock SUPPLY': rows.supplyRow,
  'catalog PRODUCT': rows.productRow,
  'coordination BREAKER': rows.breakerRow,
  'coordination LEASE': rows.leaseRow,
  'coordination NOTE': rows.noteRow,
  'sweep progress': sweepProgress,
  'views ORDER COUNTED': countedOrder,
  'views SALES TOTAL': salesRow,
  'views SALES MINUTE': salesRow,
  'views VIEWS GENERATION': generationRow,
};

const events = ['OrderConfirmed', 'OrderRejected', 'OrderFulfilling', 'OrderFulfilled', 'OrderCancelled'];

/** Schemas of this version's readers, by message. */
export function readSchemas(): Record<string, Schema> {
  const ofBus = events.map((type) => [`event ${type}`, orderEvent] as const);
  const ofApi = Object.entries(operations).flatMap(([name, { body, answers }]) => [
    ...(body ? [[`request ${name}`, body] as const] : []),
    ...Object.entries(answers).flatMap(([status, schema]) =>
      schema ? [[`answer ${name} ${status}`, schema] as const] : [],
    ),
  ]);
  const all = [...Object.entries(readers), ...ofBus, ...ofApi];
  return Object.fromEntries(all.map(([message, schema]) => [message, toSchema(schema)]));
}

function toSchema(schema: z.ZodType): Schema {
  const { $schema, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return json;
}
