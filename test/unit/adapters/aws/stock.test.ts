import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { stockLevels, stockSupply } from '../../../../functions/adapters/aws/stock.ts';
import { script } from '../../../support/scripted-client.ts';

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    $metadata: {},
    message: 'cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const supply = { sku: 'lamp', key: 'key-00000001', quantity: 3, at: '2026-11-27T09:00:00.000Z' };

test('answers conflict, not supplied, when another transaction holds a row', async () => {
  script(documents, cancelled('None', 'TransactionConflict', 'None'));
  const stock = stockSupply({ stock: 'stock', catalog: 'catalog' });
  expect(await stock.supply(supply, [{ shard: 0, quantity: 3 }])).toEqual({ kind: 'conflict' });
});

test('throws when the product is gone: the supply was neither made nor repeated', async () => {
  script(documents, cancelled('None', 'ConditionalCheckFailed', 'None'));
  const stock = stockSupply({ stock: 'stock', catalog: 'catalog' });
  await expect(stock.supply(supply, [{ shard: 0, quantity: 3 }])).rejects.toThrow(TransactionCanceledException);
});

test('has no snapshot of the shards while a transaction holds one of them', async () => {
  script(documents, cancelled('None', 'TransactionConflict'));
  expect(await stockLevels('stock').snapshot('lamp', 2)).toBeUndefined();
});
