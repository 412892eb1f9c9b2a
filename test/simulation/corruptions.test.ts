import { testCorruptions } from '../support/corruption/suite.ts';
import { dynamodbStores } from './dynamodb-stores.ts';

const key = (table: string, pk: string, sk?: string) => ({ table, pk, ...(sk !== undefined && { sk }) });

testCorruptions('DynamoDB', dynamodbStores, [
  ...[
    key('orders', 'NONSENSE', 'ORDER'),
    key('orders', 'ORDER#nonsense', 'NOTE'),
    key('stock', 'NONSENSE'),
    key('stock', 'STOCK#vase'),
    key('catalog', 'NONSENSE'),
    key('views', 'NONSENSE', 'NONSENSE'),
    key('views', 'SALES#vase#0', 'HOUR#2026-11-27T09'),
  ].map(({ table, ...row }) => ({
    ...{ name: `a row of an unknown kind in ${table}: ${Object.values(row).join(' ')}`, breaks: 'I10' as const },
    applyHere({ tables }: ReturnType<typeof dynamodbStores>) {
      const name = Object.values(row).join(' ');
      tables.rows.get(table)?.set(name, { ...row, left: 0, allocated: 0 });
      return name;
    },
  })),
  {
    name: 'views of a generation that has none',
    breaks: 'I5',
    applyHere({ tables }, { ids }) {
      tables.rows.get('views')?.set('VIEWS GENERATION', { pk: 'VIEWS', sk: 'GENERATION', generation: 'lost' });
      return ids.fulfilled;
    },
  },
  {
    name: 'an event that is in the index of open orders',
    breaks: 'I10',
    applyHere({ tables }, { ids }) {
      const name = `ORDER#${ids.stuck} ORDER`;
      const { open, acceptedAt } = tables.rows.get('orders')?.get(name) ?? {};
      const event = `ORDER#${ids.fulfilled} EVENT#2`;
      const row = tables.rows.get('orders')?.get(event);
      tables.rows.get('orders')?.set(event, { ...row, open, acceptedAt } as never);
      return ids.fulfilled;
    },
  },
]);
