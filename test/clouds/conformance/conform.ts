import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend, BackendOffer } from './backend.ts';
import { coordinationTests } from './coordination-tests.ts';
import { assertNoLostUpdates, countTo20 } from './counting.ts';
import { eventTests } from './event-tests.ts';
import { groupViewTests } from './group-view-tests.ts';
import { ledgerTests } from './ledger-tests.ts';
import { openOrderTests } from './open-order-tests.ts';
import { queueTests } from './queue-tests.ts';
import { redriveTests } from './redrive-tests.ts';
import { rightsTests } from './rights-tests.ts';
import { stockTests } from './stock-tests.ts';
import { storeTests } from './store-tests.ts';
import { type System, systemOn } from './system.ts';

/** The one suite for every cloud. It rejects a backend that loses updates before any other test. */
export function conform(offer: BackendOffer): void {
  const found = offer.find();
  if ('lack' in found) {
    test(`${offer.name} conforms`, (context) => context.skip(found.lack));
    return;
  }
  describe(`${offer.name}, on ${found.engine},`, () => {
    let backend: Backend | undefined;
    const system = (): System => {
      if (!backend) throw new Error(`${offer.name} is not open`);
      return systemOn(backend);
    };

    beforeAll(async () => {
      backend = await offer.open();
      await assertNoLostUpdates(offer.name, backend.ports.products);
    }, 60_000);
    afterAll(() => backend?.close());

    test('20 concurrent increments end at 20', async () => {
      expect(await countTo20(system().ports.products)).toBe(20);
    });
    storeTests(system);
    ledgerTests(system);
    if (offer.listsOpenOrders) openOrderTests(system);
    stockTests(system);
    eventTests(system);
    if (offer.countsTogether) groupViewTests(system);
    queueTests(system);
    if (offer.keepsRights) rightsTests(system);
    coordinationTests(system);
    redriveTests(system);
  });
}
