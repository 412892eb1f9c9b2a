import type { OrderEvent } from '../../functions/contracts/order-event.ts';
import type { Chart, Line } from '../report/chart.ts';
import { rates } from '../report/rates.ts';
import type { Snapshot } from './check/snapshot.ts';
import { type PlacedOrder, percentiles } from './place-orders.ts';

/** More points than this per line would not be seen. */
const mostSlices = 120;
/** Maximum number of lines that a chart can tell apart. */
const mostLines = 4;

/** Charts of a sale over time; none if nothing happened. */
export function saleCharts(snapshot: Snapshot, placed: readonly Clicked[]): Chart[] {
  const { orders, events } = snapshot;
  const accepted = orders.map(({ acceptedAt }) => Date.parse(acceptedAt));
  const instants = [...accepted, ...events.map(changedAt)];
  if (instants.length === 0) return [];
  const begunAt = instants.reduce((first, at) => Math.min(first, at));
  const seconds = (instants.reduce((last, at) => Math.max(last, at)) - begunAt) / 1_000;
  const time = { begunAt, end: seconds, slice: Math.max(1, Math.ceil(seconds / mostSlices)) };
  const line = (name: string, some: readonly number[]) => ({ name, points: rates(some, begunAt, time.slice) });
  const settled = events.filter(({ order }) => order.version === 2).map(changedAt);
  const fulfilled = events.filter(({ type }) => type === 'OrderFulfilled').map(changedAt);
  const flow = [line('accepted', accepted), line('settled', settled), line('fulfilled', fulfilled)];
  return [
    { title: 'Orders', unit: 'orders per second', seconds, lines: flow.filter(({ points }) => points.length > 0) },
    { title: 'From click to confirmation', unit: 'milliseconds', seconds, lines: waitLines(events, placed, time) },
    { title: 'Units sold', unit: '% of all units supplied', seconds, lines: soldLines(snapshot, time) },
  ];
}

interface Time {
  /** Epoch milliseconds. */
  readonly begunAt: number;
  /** Seconds. */
  readonly slice: number;
  readonly end: number;
}

type Clicked = Pick<PlacedOrder, 'orderId' | 'clickedAt'>;

const changedAt = ({ order }: OrderEvent): number => Date.parse(order.changedAt);

/** p50 and p99 by the time of the click. */
function waitLines(events: readonly OrderEvent[], placed: readonly Clicked[], { begunAt, slice }: Time): Line[] {
  const clicks = new Map(placed.toReversed().map(({ orderId, clickedAt }) => [orderId, clickedAt]));
  const waits = events.flatMap((event) => {
    const clickedAt = event.type === 'OrderConfirmed' ? clicks.get(event.order.orderId) : undefined;
    return clickedAt === undefined ? [] : [{ at: (clickedAt - begunAt) / 1_000, ms: changedAt(event) - clickedAt }];
  });
  const slices = [...Map.groupBy(waits, ({ at }) => Math.max(0, Math.floor(at / slice)))].sort(([a], [b]) => a - b);
  return (['p50', 'p99'] as const).map((name) => ({
    name,
    points: slices.map(([index, some]) => [(index + 0.5) * slice, percentiles(some.map(({ ms }) => ms))[name]]),
  }));
}

/** Per product, the percentage of its supply that is sold at the end of each slice. */
function soldLines({ products, supplies, events }: Snapshot, { begunAt, slice, end }: Time): Line[] {
  const bySku = Map.groupBy(events, ({ order }) => order.sku);
  return products.slice(0, mostLines).flatMap(({ sku, name }) => {
    const supplied = supplies.filter((one) => one.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0);
    const moves = (bySku.get(sku) ?? []).filter((event) => unitsMoved(event) !== 0);
    if (moves.length === 0 || supplied === 0) return [];
    const slices = Map.groupBy(moves, (event) => Math.floor((changedAt(event) - begunAt) / 1_000 / slice));
    let sold = 0;
    const points = [...slices]
      .sort(([a], [b]) => a - b)
      .map(([index, some]) => {
        sold += some.reduce((sum, event) => sum + unitsMoved(event), 0);
        return [(index + 1) * slice, (sold / supplied) * 100] as const;
      });
    const atEnd = [Math.max(end, points.at(-1)?.[0] ?? 0), (sold / supplied) * 100] as const;
    return [{ name, points: [[0, 0] as const, ...points, atEnd] }];
  });
}

/** Units that the event took from the stock; negative if it returned them. */
function unitsMoved({ type, order }: OrderEvent): number {
  const units = order.allocation.reduce((sum, { quantity }) => sum + quantity, 0);
  if (type === 'OrderConfirmed') return units;
  return type === 'OrderCancelled' ? -units : 0;
}
