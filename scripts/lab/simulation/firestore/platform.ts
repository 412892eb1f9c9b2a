import { registerHooks } from 'node:module';
import type { OrderEvent } from '../../../../functions/contracts/order-event.ts';
import { snapshotOfDocuments } from '../../../sale/check/document-rows.ts';
import { simulateChannels } from '../channels.ts';
import type { Platform, Ports, World } from '../platform.ts';
import { firestoreClient } from './client.ts';
import { Documents, type Fields } from './documents.ts';
import { host } from './sdk.ts';
import { waitIn } from './timers.ts';

type Of<Port extends keyof Ports> = (db: object) => Ports[Port];

const google = new URL('../../../../functions/adapters/google/', import.meta.url).href;

// The SDK is an optional package, so the adapters get stand-ins for its exports.
registerHooks({
  resolve(specifier, context, next) {
    const here = (file: string) => ({ url: new URL(file, import.meta.url).href, shortCircuit: true });
    if (specifier === '@google-cloud/firestore') return here('sdk.ts');
    if (specifier === 'node:timers/promises' && context.parentURL?.startsWith(google)) return here('timers.ts');
    return next(specifier, context);
  },
});
const load = (name: string): Promise<unknown> => import(`${google}${name}.ts`);
const { orderLedger } = (await load('ledger')) as { orderLedger: Of<'ledger'> };
const { orderStore } = (await load('orders')) as { orderStore: Of<'orders'> };
const products = (await load('products')) as { productReader: Of<'products'>; productWriter: Of<'products'> };
const stock = (await load('stock')) as { stockLevels: Of<'stock'>; stockSupply: Of<'stock'> };
const views = (await load('views')) as { salesViews: Of<'views'>; salesReader: Of<'sales'> };
const { relayWaiting } = (await load('relay')) as {
  relayWaiting(db: object, hand: (event: OrderEvent) => Promise<void>, sweep: object): Promise<number>;
};

/** The real Google adapters, over simulated documents. */
export function firestorePlatform(world: World): Platform {
  const documents = new Documents((path, before, after) => watch(world, path, before, after));
  const db = firestoreClient(documents, world.calls, ({ request }, sender) => {
    world.sent?.(JSON.stringify(request), sender);
    host.onPostponed();
  });
  host.db = db;
  host.onPostponed = () => {};
  host.hasPostponed = () => documents.has('postponed');
  const { scheduler } = world.calls;
  waitIn((ms) => {
    const owner = scheduler.current;
    return new Promise((resolve) => scheduler.after((owner?.draw() ?? 0) * ms, owner, resolve));
  });
  return {
    ports: {
      orders: orderStore(db),
      ledger: orderLedger(db),
      products: { ...products.productReader(db), ...products.productWriter(db) },
      stock: { ...stock.stockLevels(db), ...stock.stockSupply(db) },
      views: views.salesViews(db),
      sales: views.salesReader(db),
      ...simulateChannels(world),
    },
    lags: { listLagMs: 0, listedStateLagMs: 0, productLagMs: 0, postponedLagMs: 120_000 },
    eventOf: () => undefined,
    dump: () => [...documents.stored].sort(([a], [b]) => (a < b ? -1 : 1)),
    snapshot: () => buildSnapshot(documents),
    // Clocks are off by up to an hour, so no event may count as too recent to relay.
    sweep: async (_sku, hand) => void (await relayWaiting(db, hand, { committedBefore: '9', limit: 500 })),
  };
}

function watch(world: World, path: string, before: Fields | undefined, after: Fields): void {
  const { witness } = world;
  const [collection, name = ''] = path.split('/');
  if (collection === 'coordination' && name.startsWith('note#')) world.noted?.(String(after.text));
  const left = Number(after.left);
  if (collection === 'stock') witness.stockMoved(name.split('#')[0] ?? '', left, left - Number(before?.left ?? 0));
  if (collection === 'holdings') witness.holdingMoved(String(after.sku), String(after.customer), Number(after.units));
  if (collection !== 'orders') return;
  if (!before) witness.opened(name, String(after.sku), String(after.customer));
  else witness.moved(name);
  if (before && after.state === 'REJECTED') witness.rejected(name);
}

function buildSnapshot({ stored }: Documents): ReturnType<Platform['snapshot']> {
  const byCollection = Map.groupBy(stored, ([path]) => path.split('/')[0]);
  return snapshotOfDocuments((name) =>
    (byCollection.get(name) ?? []).map(([path, { fields }]) => ({ id: path.slice(name.length + 1), fields })),
  );
}
