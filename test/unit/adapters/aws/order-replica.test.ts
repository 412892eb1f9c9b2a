import { expect, test, vi } from 'vitest';
import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { orderReplica } from '../../../../functions/adapters/aws/orders.ts';

test('reads a replica consistently, so that a row that was found once is found again', async () => {
  const sent: object[] = [];
  vi.spyOn(documents, 'send').mockImplementation((async ({ input }: { readonly input: object }) => {
    sent.push(input);
    return {};
  }) as never);
  expect(await orderReplica('replica').findStored('some-order')).toBeUndefined();
  expect(sent).toMatchObject([{ TableName: 'replica', ConsistentRead: true }]);
});
