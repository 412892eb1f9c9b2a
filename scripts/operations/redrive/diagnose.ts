import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { fulfilmentRequest } from '../../../functions/contracts/fulfilment-request.ts';
import { orderEvent } from '../../../functions/contracts/order-event.ts';
import { deadLetterReasons, orderRequest } from '../../../functions/contracts/order-request.ts';
import { productRow } from '../../../functions/contracts/rows.ts';
import type { OrderState } from '../../../functions/domain/order.ts';
import type { OrderStore } from '../../../functions/ports/orders.ts';
import { parseJson } from '../../../functions/runtime/parse-json.ts';
import type { Diagnose, Diagnosis } from './ports.ts';

/** The state of an order, or why it has none. */
export type FindOrder = (orderId: string) => Promise<OrderState | 'missing' | 'unreadable'>;

/** Where a port reads the orders. */
export function stateBy(orders: Pick<OrderStore, 'find'>): FindOrder {
  return async (orderId) => {
    try {
      return (await orders.find(orderId))?.state ?? 'missing';
    } catch (error) {
      if (error instanceof z.ZodError) return 'unreadable';
      throw error;
    }
  };
}

const reason = z.enum(deadLetterReasons);

/** What a queue's messages are about, and in which states of an order there is still something to do for them. */
interface Kind {
  readonly orderIdOf: (content: unknown) => string | undefined;
  readonly open: readonly OrderState[];
}
const orderRequests: Kind = {
  orderIdOf: (content) => orderRequest.safeParse(content).data?.orderId,
  open: ['PENDING'],
};
const fulfilmentRequests: Kind = {
  orderIdOf: (content) => fulfilmentRequest.safeParse(content).data?.order.orderId,
  open: ['CONFIRMED', 'FULFILLING'],
};

export const diagnoseOrderRequest = (findOrder: FindOrder) => diagnoseMessage(orderRequests, findOrder);
export const diagnoseFulfilmentRequest = (findOrder: FindOrder) => diagnoseMessage(fulfilmentRequests, findOrder);

/**
 * For messages of a queue. A reason was put there by the worker; what the queue itself set aside after too many deliveries
 * has none. The outlook is that of now: the order may be there by now, the contract may read more.
 */
function diagnoseMessage({ orderIdOf, open }: Kind, findOrder: FindOrder): Diagnose {
  return async ({ body, attributes }) => {
    const noted = reason.safeParse(attributes.reason).data;
    const about = orderIdOf(parseJson(body));
    if (about === undefined) return { cause: noted ?? 'MALFORMED_MESSAGE', outlook: 'would fail' };
    const state = await findOrder(about);
    if (state === 'missing') return { cause: noted ?? 'UNKNOWN_ORDER', outlook: 'would fail', about };
    if (state === 'unreadable') return { cause: noted ?? 'UNREADABLE_ORDER', outlook: 'would fail', about };
    const outlook = open.includes(state) ? 'may succeed' : 'nothing to do';
    return { cause: noted ?? 'FAILED_REPEATEDLY', outlook, about };
  };
}

const imagesOf = z.object({
  dynamodb: z.object({
    Keys: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    NewImage: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    OldImage: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  }),
});

/**
 * For failures of a stream worker: either one record, put there by the worker, or the position of a batch in the
 * stream, put there by Lambda, which holds no data to work on.
 */
export const diagnoseStreamRecord: Diagnose = async ({ body, attributes }): Promise<Diagnosis> => {
  const content = parseJson(body);
  if (z.object({ DDBStreamBatchInfo: z.unknown() }).safeParse(content).success)
    return { cause: 'STREAM_POSITION', outlook: 'cannot be sent' };
  const noted = reason.safeParse(attributes.reason).data;
  const images = imagesOf.safeParse(content).data?.dynamodb;
  if (!images) return { cause: noted ?? 'MALFORMED_EVENT', outlook: 'cannot be sent' };
  const about = keyOf(images.Keys);
  const rows = [images.NewImage, images.OldImage].flatMap((image) => (image ? [unmarshall(image as never)] : []));
  const readable = rows.some((row) => orderEvent.safeParse(row).success || productRow.safeParse(row).success);
  const cause = noted ?? (readable ? 'FAILED_REPEATEDLY' : 'MALFORMED_EVENT');
  return { cause, outlook: readable ? 'may succeed' : 'would fail', ...(about !== undefined && { about }) };
};

function keyOf(keys: Record<string, Record<string, unknown>> | undefined): string | undefined {
  const key = keys?.pk?.S;
  return typeof key === 'string' ? key : undefined;
}
