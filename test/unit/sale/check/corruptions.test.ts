import { firestoreDocuments } from '../../../support/corruption/documents.ts';
import { memoryStores } from '../../../support/corruption/memory.ts';
import { partitionCorruptions } from '../../../support/corruption/own-rows.ts';
import { singlePartitions } from '../../../support/corruption/partitions.ts';
import { testCorruptions } from '../../../support/corruption/suite.ts';

testCorruptions('memory', memoryStores);
testCorruptions('Firestore', firestoreDocuments, [
  {
    name: "a position in the lists that is not the order's",
    breaks: 'I10',
    applyHere({ stored }, { ids }) {
      const order = stored.get('orders')?.get(ids.fulfilled);
      stored.get('orders')?.set(ids.fulfilled, { ...order, position: `2026-11-27T08:00:00.000Z#${ids.fulfilled}` });
      return ids.fulfilled;
    },
  },
  ...(['stock', 'salesTotals', 'salesMinutes', 'catalog'] as const).map((collection) => ({
    ...{ name: `a document of an unknown kind in ${collection}`, breaks: 'I10' as const },
    applyHere({ stored }: ReturnType<typeof firestoreDocuments>) {
      stored.get(collection)?.set('nonsense', { left: 0, allocated: 0 });
      return `${collection}/nonsense`;
    },
  })),
]);
testCorruptions('single partitions', singlePartitions, partitionCorruptions);
