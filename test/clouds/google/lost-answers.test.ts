import { orderLedger } from '../../../functions/adapters/google/ledger.ts';
import { orderStore } from '../../../functions/adapters/google/orders.ts';
import { productReader, productWriter } from '../../../functions/adapters/google/products.ts';
import { stockLevels, stockSupply } from '../../../functions/adapters/google/stock.ts';
import { calmLuck } from '../../../scripts/dynamodb/luck.ts';
import { firestoreClient } from '../../../scripts/lab/simulation/firestore/client.ts';
import { Documents, type Fields, type Write } from '../../../scripts/lab/simulation/firestore/documents.ts';
import type { Call, CallMaker } from '../../../scripts/lab/simulation/world/calls.ts';
import { lostAnswerTests } from '../../support/lost-answer-tests.ts';
import type { Faults, Shop } from '../../support/lost-answers.ts';
import { memorySystem } from '../../support/memory-system.ts';

/** Firestore's own values for a change, as the simulated documents know them. */
function toSimulated(fields: Fields): Fields {
  const values = Object.entries(fields).map(([name, value]) => {
    const { methodName, operand } = Object(value) as { methodName?: string; operand?: number };
    if (methodName === 'FieldValue.increment') return [name, { increment: operand }];
    return [name, methodName === 'FieldValue.delete' ? { delete: true } : value];
  });
  return Object.fromEntries(values);
}

class OwnDocuments extends Documents {
  override commit(writes: readonly Write[]): Error | undefined {
    return super.commit(writes.map((write) => ({ ...write, fields: toSimulated(write.fields) })));
  }
}

/** Every call is answered at once. */
function callMaker(faults: Faults): CallMaker {
  const answer = <Answer>({ execute }: Call<Answer>) =>
    new Promise<Answer>((resolve, reject) =>
      execute((outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)), calmLuck),
    );
  return {
    scheduler: {} as CallMaker['scheduler'],
    make: (call) => faults.run(() => answer(call)),
    refuse: (text) => new Error(text),
  };
}

function firestoreShop(faults: Faults): Shop {
  const { state, ports } = memorySystem();
  const client = firestoreClient(new OwnDocuments(() => {}), callMaker(faults), () => {});
  const db = client as unknown as Parameters<typeof orderStore>[0];
  const stores = {
    orders: orderStore(db),
    ledger: orderLedger(db),
    products: { ...productReader(db), ...productWriter(db) },
    stock: { ...stockLevels(db), ...stockSupply(db) },
    queue: { send: (...given: Parameters<typeof ports.queue.send>) => faults.run(() => ports.queue.send(...given)) },
  };
  return { ports: { ...ports, ...stores }, faults, queued: () => state.queue.length };
}

lostAnswerTests('Google', firestoreShop);
