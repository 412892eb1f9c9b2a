import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend, BackendOffer, Part } from './backend.ts';
import { busyTests } from './suite/busy-tests.ts';
import { coordinationTests } from './suite/coordination-tests.ts';
import { assertNoLostUpdates, countTo20 } from './suite/counting.ts';
import { eventTests } from './suite/event-tests.ts';
import { groupLedgerTests } from './suite/group-ledger-tests.ts';
import { groupViewTests } from './suite/group-view-tests.ts';
import { ledgerTests } from './suite/ledger-tests.ts';
import { limitTests } from './suite/limit-tests.ts';
import { openOrderTests } from './suite/open-order-tests.ts';
import { queueTests } from './suite/queue-tests.ts';
import { redriveTests } from './suite/redrive-tests.ts';
import { rightsTests } from './suite/rights-tests.ts';
import { stockTests } from './suite/stock-tests.ts';
import { storeTests } from './suite/store-tests.ts';
import { type System, systemOn } from './suite/system.ts';
import { transferTests } from './suite/transfer-tests.ts';

type Tests = (system: () => System) => void;

const everywhere: readonly Tests[] = [
  storeTests,
  ledgerTests,
  limitTests,
  openOrderTests,
  stockTests,
  eventTests,
  queueTests,
  coordinationTests,
];

const someParts: Readonly<Record<Part, Tests>> = {
  'orders settled together': groupLedgerTests,
  'orders counted together': groupViewTests,
  'stock rights of a site': rightsTests,
  'units between regions': transferTests,
  'a store that is too busy': busyTests,
  redrive: redriveTests,
};

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
    for (const tests of everywhere) tests(system);
    for (const [part, tests] of Object.entries(someParts) as [Part, Tests][]) {
      const reason = offer.leavesOut[part];
      if (reason === undefined) tests(system);
      else test(part, (context) => context.skip(reason));
    }
  });
}
