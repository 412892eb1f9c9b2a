import { toOrderEvent } from '../../../../../functions/contracts/order-event.ts';
import { beginFulfilment, fulfilOrder, isSold, type Order } from '../../../../../functions/domain/order.ts';
import type { Transfer } from '../../../../../functions/ports/transfers.ts';
import { countEvent } from '../../../../../functions/projection/count-event.ts';
import type { RegionVisit } from '../../../../../scripts/lab/drill/region/customers.ts';
import type { CutSeen, LossSeen, OutageSeen } from '../../../../../scripts/lab/drill/region/scene.ts';
import type { RegionSnapshot } from '../../../../../scripts/sale/check/region-checks.ts';
import type { AcceptedRecord } from '../../../../../scripts/sale/check/snapshot.ts';
import { accept, offer, type System, settleAll } from '../../../../support/actions.ts';
import { memorySystem, snapshotOf, traceparent } from '../../../../support/memory-system.ts';

export const [home, other] = ['eu-west-1', 'eu-central-1'] as const;

/** Orders are accepted and settled in the first second after this time, long after the cut. */
const settledMs = Date.parse('2026-11-27T09:00:00.000Z');
const healedAt = settledMs - 60_000;
const cutAt = healedAt - 60_000;
export const lostAt = settledMs + 5_000;

const sku = 'lamp';
const iso = (ms: number) => new Date(ms).toISOString();

const transfer = (id: string, from: string, quantity: number, atMs: number): Transfer => ({
  ...{ id, sku, from, to: from === home ? other : home, quantity, shardCount: 2, at: iso(atMs) },
});

/** Before the cut, half of the units leave home; one comes back after it. */
const out = transfer('out', home, 4, cutAt - 10_000);
const back = transfer('back', other, 1, healedAt + 1_000);

function add({ state }: System, shard: number, units: number): void {
  const { left = 0, allocated = 0 } = state.shards.get(`${sku}#${shard}`) ?? {};
  state.shards.set(`${sku}#${shard}`, { left: left + units, allocated: allocated + units });
}

async function fulfil({ state, ports }: System): Promise<void> {
  for (const [orderId, stored] of state.orders) {
    if (!isSold(stored.order)) continue;
    const store = (order: Order) => {
      state.orders.set(orderId, { ...stored, order });
      state.events.push(toOrderEvent(order, traceparent));
      return order;
    };
    store(fulfilOrder(store(beginFulfilment(stored.order, ports.clock.now())), ports.clock.now()));
  }
  for (const event of state.events) await countEvent(event, ports);
}

async function sell(system: System, region: string, customers: number): Promise<AcceptedRecord[]> {
  const records: AcceptedRecord[] = [];
  for (let index = 0; index < customers; index++)
    records.push(await accept(system, { customer: `${region}-${index}`, idempotencyKey: `key-${region}-${index}` }));
  await settleAll(system);
  await fulfil(system);
  return records;
}

function toVisit(answer: AcceptedRecord, region: string, answeredAt: number): RegionVisit {
  const { customer, key, orderId, quantity } = answer;
  const made = { clickedAt: answeredAt - 10, answeredAt, status: 202, attempts: 1, orderId, answer };
  return { ...made, customer, key, sku, quantity, region, home: region };
}

/** Two regions that sold all eight units, with two refusals each; every number of the drill holds. */
export async function goodScene() {
  const [atHome, away] = [memorySystem(), memorySystem()];
  await offer(atHome, 8, { shards: 2 });
  for (const [name, product] of atHome.state.products) away.state.products.set(name, product);
  for (const shard of [0, 1]) {
    add(atHome, shard, -2);
    add(away, shard, 2);
  }
  add(away, 0, -1);
  add(atHome, 0, 1);
  const accepted = [await sell(atHome, home, 7), await sell(away, other, 5)] as const;
  const [first, second] = [snapshotOf(atHome.state), snapshotOf(away.state)];
  const supplies = first.supplies.map((one) => ({ ...one, at: iso(cutAt - 1_000_000) }));
  const bookOf = ({ orders }: typeof first) =>
    orders.flatMap(({ orderId, quantity, state }) =>
      state === 'FULFILLED' ? [{ orderId, sku, quantity, state: 'accepted' as const }] : [],
    );
  const after: readonly RegionSnapshot[] = [
    {
      region: home,
      snapshot: { ...first, supplies, book: bookOf(first), transfers: { sent: [out], received: [back], open: [] } },
    },
    {
      region: other,
      snapshot: {
        ...{ ...second, book: bookOf(second), suppliedElsewhere: true },
        transfers: { sent: [back], received: [out], open: [] },
      },
    },
  ];
  const operator = { code: 0, products: [{ sku, stranded: 0 }], lost: [], unfinished: [], wrong: [] };
  const foreign = { foreignAttempts: 3, foreignAnswers: [] };
  const visits = accepted.flatMap((records, place) =>
    records.map((record) => toVisit(record, place === 0 ? home : other, cutAt + 1_000)),
  );
  const cut: CutSeen = {
    ...{ cutAt, healedAt, stock: after.map(({ snapshot }) => snapshot), unanswered: 3, visits, after },
    ...{ differences: [], unreachable: [[], []], foreign: [foreign, foreign], told: [8, 8], operator },
  };
  const outage: OutageSeen = {
    ...{ after, differences: [], foreign: [foreign, foreign], told: [8, 8], operator },
    ...{ closedAt: healedAt + 10_000, openedAt: healedAt + 40_000, visits: withOutage(visits) },
  };
  const survivor = after[1] as RegionSnapshot;
  const loss: LossSeen = {
    ...{ lostAt, unsent: 2, survivor, replica: { orders: first.orders }, conflicting: 0, foreign },
    ...{ book: [...bookOf(first), ...bookOf(second)], answers: { asked: 2, wrong: [] } },
    operator: { ...operator, code: 1, lost: [home] },
  };
  return { cut, outage, loss, visits };
}

/** One customer of the other region reloads at home, and another one orders there after its return. */
function withOutage(visits: readonly RegionVisit[]): readonly RegionVisit[] {
  const own = visits.filter(({ region }) => region === other);
  const at = (visit: RegionVisit | undefined, region: string, answeredAt: number) =>
    visit ? [{ ...visit, region, answeredAt }] : [];
  return [
    ...visits.filter((visit) => visit !== own[1]),
    ...at(own[0], home, healedAt + 25_000),
    ...at(own[1], other, healedAt + 60_000),
  ];
}

export const failed = (findings: readonly { what: string; holds: boolean }[]) =>
  findings.filter(({ holds }) => !holds).map(({ what }) => what);
