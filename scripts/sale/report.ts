import type { CallCounts } from '../platform/gateway/counters.ts';
import { describeFailures, type Finding, findingTable } from '../report/finding.ts';
import { type Section, sectionsText, type Table } from '../report/report.ts';
import { browsingSection } from './browse-report.ts';
import { saleCharts } from './charts.ts';
import { type CheckOptions, checkInvariants } from './check/invariants.ts';
import type { BookEntry, Snapshot } from './check/snapshot.ts';
import { countOrders } from './judge/placing.ts';
import { judgeSale } from './judge/sale.ts';
import { byStatus, countBy, percentiles } from './place-orders.ts';
import type { PartnerRecord, SaleResult } from './sale.ts';

export interface SaleReport {
  /** The sections as text, without charts. */
  readonly text: string;
  readonly sections: readonly Section[];
  /** One text per failed check; empty if the sale succeeded. */
  readonly failures: readonly string[];
}

export interface ReportOptions {
  readonly check?: CheckOptions;
  readonly more?: readonly Judgement[];
}

/** Findings of another check on the same sale, with their section. */
export interface Judgement {
  readonly section: Section;
  readonly findings: readonly Finding[];
}

/** The charts and tables of a sale, and its failed checks. */
export function reportOf(
  sale: SaleResult,
  calls: CallCounts,
  peakMb: number,
  { check = {}, more = [] }: ReportOptions = {},
): SaleReport {
  const { snapshot, browsing, partner, placing } = sale;
  const judged = judgeSale(sale, checkInvariants(snapshot, sale.clients, check), peakMb);
  const findings = [...judged, ...more.flatMap((one) => one.findings)];
  const sections: Section[] = [
    { title: 'Over time', charts: saleCharts(snapshot, placing.placed) },
    { title: 'Orders (information)', table: orderTable(sale) },
    ...(browsing ? [browsingSection(browsing)] : []),
    ...(partner && snapshot.book
      ? [{ title: 'The fulfilment partner (information)', table: partnerTable(partner, snapshot.book) }]
      : []),
    { title: 'Latency in ms (information)', table: latencyTable(sale) },
    { title: 'Stock (information)', table: stockTable(snapshot) },
    ...(Object.keys(calls).length > 0
      ? [{ title: 'Calls through the gateway (information)', table: callTable(calls) }]
      : []),
    ...more.map(({ section }) => section),
    { title: 'Judged', table: findingTable(findings) },
  ];
  return { text: sectionsText(sections), sections, failures: describeFailures(findings) };
}

function orderTable({ placing, cancels, snapshot }: SaleResult): Table {
  const inState = (state: string) => snapshot.orders.filter((order) => order.state === state).length;
  const accepted = countOrders(placing);
  const limited = snapshot.orders.filter(({ reason }) => reason === 'LIMIT_REACHED').length;
  const rows = [
    ['posted', placing.posts, `${(placing.posts / placing.seconds).toFixed(0)} a second`],
    ['accepted', accepted, 'orders with a 202'],
    ...listStates(snapshot).map((step) => [step, inState(step.toUpperCase()), '']),
    ['rejected', inState('REJECTED'), `${limited} of them by a limit per customer, the others sold out`],
    ['cancelled', inState('CANCELLED'), `responses to cancels: ${byStatus(countBy([...cancels.values()]))}`],
    ['duplicates collapsed', placing.placed.length - accepted, ''],
    ['retries after 429 or 503', placing.throttled, 'after Retry-After'],
    ['dead letters', snapshot.deadLetters.length, ''],
  ];
  return { rows };
}

/** With a partner, confirmed is not a final state. */
function listStates({ book }: Snapshot): readonly string[] {
  return book ? ['fulfilled', 'fulfilling', 'confirmed', 'pending'] : ['confirmed', 'pending'];
}

function partnerTable({ calls, script }: PartnerRecord, book: readonly BookEntry[]): Table {
  const percent = (share: number) => `${share * 100} % by script`;
  const refused = book.filter(({ state }) => state === 'refused').length;
  const rows = [
    ['calls', calls.all, ''],
    ['answered 503', calls.failed, percent(script.errorShare)],
    ['booked, response lost', calls.lost, percent(script.loseShare)],
    ['orders in the book', book.length, ''],
    ['refused: cancelled, stock returned', refused, percent(script.refuseShare)],
  ];
  return { rows };
}

function latencyTable({ placing, snapshot }: SaleResult): Table {
  const clicks = new Map(placing.placed.toReversed().map((order) => [order.orderId, order.clickedAt]));
  const toConfirmed = snapshot.events
    .filter((event) => event.type === 'OrderConfirmed' && clicks.has(event.order.orderId))
    .map(({ order }) => Date.parse(order.changedAt) - (clicks.get(order.orderId) ?? 0));
  const row = (name: string, numbers: readonly number[]) => {
    const { p50, p90, p99 } = percentiles(numbers);
    return [name, p50.toFixed(0), p90.toFixed(0), p99.toFixed(0)];
  };
  const rows = [row('post', placing.latenciesMs), row('click to confirmed', toConfirmed)];
  return { head: ['', 'p50', 'p90', 'p99'], rows };
}

function stockTable({ products, shards, orders }: Snapshot): Table {
  const rows = products.map(({ sku, supplied }) => {
    const own = shards.filter((shard) => shard.sku === sku);
    const reserved = own.map((shard) => shard.allocated - shard.left);
    const sold = reserved.reduce((sum, units) => sum + units, 0);
    const served = Map.groupBy(
      orders.filter((order) => order.sku === sku).flatMap((order) => order.allocation),
      (part) => part.shard,
    );
    const busiest = Math.max(0, ...[...served.values()].map((parts) => parts.length));
    const mean = [...served.values()].reduce((sum, parts) => sum + parts.length, 0) / own.length;
    return [sku, own.length, supplied, sold, supplied - sold, mean ? `${(busiest / mean).toFixed(2)}` : '-'];
  });
  return { head: ['product', 'shards', 'supplied', 'reserved', 'left', 'busiest shard / mean'], rows };
}

function callTable(calls: CallCounts): Table {
  const rows = Object.entries(calls).map(([service, operations]) => [
    service,
    Object.values(operations).reduce((sum, count) => sum + count, 0),
    Object.entries(operations)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 6)
      .map(([operation, count]) => `${operation} ${count}`)
      .join(', '),
  ]);
  return { head: ['service', 'calls', 'operations'], rows };
}
