import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { orderKey } from '../../../functions/adapters/aws/keys.ts';
import { eventRow, orderRow } from '../../../functions/contracts/rows.ts';
import { tableName } from '../../../stacks/model/table-shapes.ts';
import { cellOf, type FoundStage } from '../find-stage.ts';
import type { StoredOrder } from './step.ts';

/** Reads an order and its events with one query of one key. */
export function orderReader(found: FoundStage) {
  const TableName = tableName(cellOf(found), 'orders');
  return async (orderId: string): Promise<StoredOrder | undefined> => {
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient(found.config));
    try {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': orderKey(orderId).pk },
          ConsistentRead: true,
        }),
      );
      return toStored(Items);
    } finally {
      documents.destroy();
    }
  };
}

/** Skips rows that this version cannot read. */
export function toStored(items: readonly unknown[]): StoredOrder | undefined {
  const order = items.flatMap((item) => orderRow.safeParse(item).data ?? [])[0];
  if (!order) return undefined;
  const events = items.flatMap((item) => eventRow.safeParse(item).data ?? []);
  const { state, sku, quantity, acceptedAt, changedAt, traceparent } = order;
  const toEvent = ({ type, order: { version, changedAt: at } }: (typeof events)[number]) => ({ type, version, at });
  return { state, sku, quantity, acceptedAt, changedAt, traceparent, events: events.map(toEvent) };
}
