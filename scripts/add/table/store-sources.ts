import type { Table } from './table.ts';

export const port = ({ name, capital }: Table): string => `/** The ${name} of a product. */
export interface ${capital} {
  readonly sku: string;
  readonly text: string;
  /** ISO 8601 UTC. */
  readonly changedAt: string;
}

export interface ${capital}Store {
  /** Strongly consistent within a region. */
  find(sku: string): Promise<${capital} | undefined>;
  /** Replaces the stored row of the product. */
  put(${name}: ${capital}): Promise<void>;
}
`;

export const memory = ({
  name,
  capital,
}: Table): string => `import type { ${capital}Store } from '../../ports/${name}.ts';
import type { MemoryState } from './state.ts';

export function ${name}Store({ ${name}, turn }: MemoryState): ${capital}Store {
  return {
    async find(sku) {
      await turn();
      return ${name}.get(sku);
    },

    async put(one) {
      await turn();
      ${name}.set(one.sku, one);
    },
  };
}
`;

export const aws = ({
  name,
  capital,
}: Table): string => `import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { parseStored } from '../../contracts/readable-rows.ts';
import { ${name}Row } from '../../contracts/rows.ts';
import type { ${capital}Store } from '../../ports/${name}.ts';
import { documents } from './clients/dynamodb-client.ts';
import { ${name}Key } from './keys.ts';

export function ${name}Store(table: string): ${capital}Store {
  return {
    async find(sku) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: ${name}Key(sku), ConsistentRead: true }),
      );
      return Item && parseStored(${name}Row, Item);
    },

    async put(one) {
      await documents.send(new PutCommand({ TableName: table, Item: { ...${name}Key(one.sku), v: 1, ...one } }));
    },
  };
}
`;

export const singlePartition = ({
  name,
  capital,
}: Table): string => `import { ${name}Row } from '../../contracts/rows.ts';
import type { ${capital}Store } from '../../ports/${name}.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import { ${name}Partition, ${name}RowKey } from './keys.ts';
import { parseRow } from './rows.ts';
import type { PartitionStore } from './store.ts';

const attempts = 4;

export function ${name}Store(store: PartitionStore): ${capital}Store {
  const read = async (sku: string) => parseRow(${name}Row, await store.read(${name}Partition(sku), ${name}RowKey));
  return {
    async find(sku) {
      return (await read(sku))?.value;
    },

    async put(value) {
      const row = ${name}RowKey;
      for (let attempt = 0; attempt < attempts; attempt++) {
        const before = await read(value.sku);
        const outcome = await store.write(${name}Partition(value.sku), [
          before ? { kind: 'replace', row, value, etag: before.etag } : { kind: 'insert', row, value },
        ]);
        if (outcome === 'written') return;
        if (outcome === 'busy') break;
      }
      throw new RetryLater(\`the ${name} of \${value.sku} kept changing, or the store is busy\`);
    },
  };
}
`;

export const google = ({ name, capital }: Table): string => `import type { Firestore } from '@google-cloud/firestore';
import { parseStored } from '../../contracts/readable-rows.ts';
import { ${name}Row } from '../../contracts/rows.ts';
import type { ${capital}Store } from '../../ports/${name}.ts';
import { ${name}Path } from './keys.ts';

export function ${name}Store(db: Firestore): ${capital}Store {
  return {
    async find(sku) {
      const found = await db.doc(${name}Path(sku)).get();
      return found.exists ? parseStored(${name}Row, found.data(), found.id) : undefined;
    },

    async put(one) {
      await db.doc(${name}Path(one.sku)).set({ v: 1, ...one });
    },
  };
}
`;
