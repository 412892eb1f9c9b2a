import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { holdingMove } from '../../domain/order.ts';
import type { Transition } from '../../ports/ledger.ts';
import { holdingKey } from './keys.ts';

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** The change of one customer's holding of one product. */
export interface HoldingMove {
  readonly sku: string;
  readonly customer: string;
  readonly gain: number;
  /** The lowest limit of the orders; it binds a gain. */
  readonly limit: number;
  readonly orderIds: readonly string[];
}

/** One move per customer and product: a transaction may name an item only once. Orders without a limit make none. */
export function toHoldingMoves(transitions: readonly Transition[]): readonly HoldingMove[] {
  const moves = new Map<string, HoldingMove>();
  for (const { before, after } of transitions) {
    const gain = holdingMove(before, after);
    if (gain === 0) continue;
    const { sku, customer, orderId, limitPerCustomer = 0 } = after;
    const { pk } = holdingKey(sku, customer);
    const other = moves.get(pk);
    moves.set(pk, {
      sku,
      customer,
      gain: gain + (other?.gain ?? 0),
      limit: Math.min(limitPerCustomer, other?.limit ?? Number.POSITIVE_INFINITY),
      orderIds: [...(other?.orderIds ?? []), orderId],
    });
  }
  return [...moves.values()];
}

/** A gain is conditional. A return is not: the order's condition makes it happen once, and nothing may stop a cancel. */
export function moveHolding(table: string, { sku, customer, gain, limit }: HoldingMove): Write {
  return {
    Update: {
      TableName: table,
      Key: holdingKey(sku, customer),
      UpdateExpression:
        'SET #units = if_not_exists(#units, :none) + :gain, #sku = :sku, #customer = :customer, #v = :v',
      ...(gain > 0 && { ConditionExpression: gain > limit ? '#units <= :room' : fitsOrIsFirst }),
      ExpressionAttributeNames: { '#units': 'units', '#sku': 'sku', '#customer': 'customer', '#v': 'v' },
      ExpressionAttributeValues: {
        ':gain': gain,
        ':none': 0,
        ':sku': sku,
        ':customer': customer,
        ':v': 1,
        ...(gain > 0 && { ':room': limit - gain }),
      },
    },
  };
}

const fitsOrIsFirst = 'attribute_not_exists(#units) OR #units <= :room';
