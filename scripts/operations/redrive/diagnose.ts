import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { fulfilmentRequest } from '../../../functions/contracts/fulfilment-request.ts';
import { orderEvent } from '../../../functions/contracts/order-event.ts';
import { orderRequest } from '../../../functions/contracts/order-request.ts';
import { UnreadableRowError } from '../../../functions/contracts/readable-rows.ts';
import { productRow } from '../../../functions/contracts/rows.ts';
import type { OrderState } from '../../../functions/domain/order.ts';
import type { OrderStore } from '../../../functions/ports/orders.ts';
import { parseJson } from '../../../functions/runtime/parse-json.ts';
import { type Diagnose, type Diagnosis, findReason } from './ports.ts';

/** Reads the state of an order, or why there is none. */
export type FindOrder = (orderId: string) => Promise<OrderState | 'missing' | 'unreadable'>;

/** Reads the state through the order store's port. */
export function stateBy(orders: Pick<OrderStore, 'find'>): FindOrder {
  return async (orderId) => {
    try {
      return (await orders.find(orderId))?.state ?? 'missing';
    } catch (error) {
      if (error instanceof UnreadableRowError) return 'unreadable';
      throw error;
    }
  };
}

interface Kind {
  readonly parseOrderId: (content: unknown) => string | undefined;
  /** Order states in which such a message still has work to do. */
  readonly actionable: readonly OrderState[];
}
const orderRequests: Kind = {
  parseOrderId: (content) => orderRequest.safeParse(content).data?.orderId,
  actionable: ['PENDING'],
};
const fulfilmentRequests: Kind = {
  parseOrderId: (content) => fulfilmentRequest.safeParse(content).data?.order.orderId,
  actionable: ['CONFIRMED', 'FULFILLING'],
};

export const diagnoseOrderRequest = (findOrder: FindOrder) => diagnoseMessage(orderRequests, findOrder);
export const diagnoseFulfilmentRequest = (findOrder: FindOrder) => diagnoseMessage(fulfilmentRequests, findOrder);

/**
 * For queue messages. A message that the worker dead-lettered carries a reason; one that the queue moved after too many
 * deliveries does not. The outlook is current: by now the order may exist, and newer code may parse the message.
 */
function diagnoseMessage({ parseOrderId, actionable }: Kind, findOrder: FindOrder): Diagnose {
  return async ({ body, envelope }) => {
    const noted = findReason(envelope);
    const about = parseOrderId(parseJson(body));
    if (about === undefined) return { cause: noted ?? 'MALFORMED_MESSAGE', outlook: 'would fail' };
    const state = await findOrder(about);
    if (state === 'missing') return { cause: noted ?? 'UNKNOWN_ORDER', outlook: 'would fail', about };
    if (state === 'unreadable') return { cause: noted ?? 'UNREADABLE_ORDER', outlook: 'would fail', about };
    const outlook = actionable.includes(state) ? 'may succeed' : 'nothing to do';
    return { cause: noted ?? 'FAILED_REPEATEDLY', outlook, about };
  };
}

/** For events that a queue or a topic carries. */
export const diagnoseEvent: Diagnose = async ({ body }) => {
  const event = orderEvent.safeParse(parseJson(body)).data;
  if (!event) return { cause: 'MALFORMED_EVENT', outlook: 'would fail' };
  return { cause: 'FAILED_REPEATEDLY', outlook: 'may succeed', about: event.order.orderId };
};

const streamRecord = z.object({
  dynamodb: z.object({
    Keys: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    NewImage: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    OldImage: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  }),
});

/**
 * For failures of a stream worker: either one record, dead-lettered by the worker, or a batch's position in the stream,
 * dead-lettered by Lambda, which contains no data to redrive.
 */
export const diagnoseStreamRecord: Diagnose = async ({ body, envelope }): Promise<Diagnosis> => {
  const content = parseJson(body);
  if (z.object({ DDBStreamBatchInfo: z.unknown() }).safeParse(content).success)
    return { cause: 'STREAM_POSITION', outlook: 'cannot be sent' };
  const noted = findReason(envelope);
  const images = streamRecord.safeParse(content).data?.dynamodb;
  if (!images) return { cause: noted ?? 'MALFORMED_EVENT', outlook: 'cannot be sent' };
  const about = findKey(images.Keys);
  const rows = [images.NewImage, images.OldImage].flatMap((image) => (image ? [unmarshall(image as never)] : []));
  const readable = rows.some((row) => orderEvent.safeParse(row).success || productRow.safeParse(row).success);
  const cause = noted ?? (readable ? 'FAILED_REPEATEDLY' : 'MALFORMED_EVENT');
  return { cause, outlook: readable ? 'may succeed' : 'would fail', ...(about !== undefined && { about }) };
};

function findKey(keys: Record<string, Record<string, unknown>> | undefined): string | undefined {
  const key = keys?.pk?.S;
  return typeof key === 'string' ? key : undefined;
}
