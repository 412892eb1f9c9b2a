import type { CallCounts } from '../platform/gateway/counters.ts';
import { table } from '../report/table.ts';
import { browsingFailures, browsingTable } from './browse-report.ts';
import { type CheckOptions, checkInvariants, holds, type Verdict } from './check/invariants.ts';
import type { BookEntry, Snapshot } from './check/snapshot.ts';
import { byStatus, percentiles } from './place-orders.ts';
import type { PartnerRecord, SaleResult } from './sale.ts';

export const memoryLimitMb = 2_048;

export interface Report {
  readonly text: string;
  /** One text per failed check; empty if the sale succeeded. */
  readonly failures: readonly string[];
}

/** The tables of a sale, and its failed checks. */
export function reportOf(sale: SaleResult, calls: CallCounts, peakMb: number, check: CheckOptions = {}): Report {
  const verdicts = checkInvariants(sale.snapshot, sale.clients, check);
  const sections = [
    ['Orders', orderTable(sale)],
    ...(sale.browsing ? [['Browsing through the CDN', browsingTable(sale.browsing)]] : []),
    ...(sale.partner && sale.snapshot.book
      ? [['The fulfilment partner', partnerTable(sale.partner, sale.snapshot.book)]]
      : []),
    ['Latency in ms', latencyTable(sale)],
    ['Stock', stockTable(sale.snapshot)],
    ...(Object.keys(calls).length > 0 ? [['Calls through the gateway', callTable(calls)]] : []),
    ['Invariants', verdictTable(verdicts)],
  ];
  const text = sections.map(([title, table]) => `\n${title}\n${table}`).join('\n');
  return {
    text: `${text}\n\npeak memory of the platform: ${peakMb} MB\n`,
    failures: findFailures(sale, verdicts, peakMb),
  };
}

function findFailures(sale: SaleResult, verdicts: readonly Verdict[], peakMb: number): string[] {
  const { placing, badInput, poisoned, snapshot, quiet } = sale;
  const dead = snapshot.deadLetters.length;
  return [
    ...verdicts.filter((verdict) => !holds(verdict)).map(({ id, text }) => `${id} does not hold: ${text}`),
    ...(quiet ? [] : ['some orders had not finished when the wait timed out']),
    ...(placing.differing ? [`${placing.differing} repetitions got a response other than the first post's`] : []),
    ...[...placing.statuses.keys()]
      .filter((status) => status !== 202)
      .map((status) => `a valid post got status ${status}, expected 202`),
    ...[...badInput.keys()]
      .filter((status) => status < 400 || status > 499)
      .map((status) => `bad input got status ${status}, expected 4xx`),
    ...(dead === poisoned ? [] : [`${dead} dead letters, expected only the ${poisoned} poison messages`]),
    ...(sale.browsing ? browsingFailures(sale.browsing) : []),
    ...(peakMb <= memoryLimitMb ? [] : [`peak memory ${peakMb} MB, the limit is ${memoryLimitMb} MB`]),
  ];
}

function orderTable({ placing, badInput, cancels, snapshot, poisoned }: SaleResult): string {
  const inState = (state: string) => snapshot.orders.filter((order) => order.state === state).length;
  const accepted = new Set(placing.placed.map((order) => order.orderId)).size;
  return table([
    ['posted', placing.posts, `${(placing.posts / placing.seconds).toFixed(0)} a second`],
    ['accepted', accepted, 'orders with a 202'],
    ...listStates(snapshot).map((step) => [step, inState(step.toUpperCase()), '']),
    ['rejected', inState('REJECTED'), 'sold out'],
    ['cancelled', inState('CANCELLED'), `responses to cancels: ${byStatus(cancels)}`],
    ['duplicates collapsed', placing.placed.length - accepted, `${placing.differing} with another response`],
    ['refused inputs', total(badInput), byStatus(badInput)],
    ['retries after 429 or 503', placing.throttled, 'after Retry-After'],
    ['dead letters', snapshot.deadLetters.length, `${poisoned} poison messages were sent`],
  ]);
}

/** With a partner, confirmed is not a final state. */
function listStates({ book }: Snapshot): readonly string[] {
  return book ? ['fulfilled', 'fulfilling', 'confirmed', 'pending'] : ['confirmed', 'pending'];
}

function partnerTable({ calls, script }: PartnerRecord, book: readonly BookEntry[]): string {
  const percent = (share: number) => `${share * 100} % by script`;
  const refused = book.filter(({ state }) => state === 'refused').length;
  return table([
    ['calls', calls.all, ''],
    ['answered 503', calls.failed, percent(script.errorShare)],
    ['booked, response lost', calls.lost, percent(script.loseShare)],
    ['orders in the book', book.length, ''],
    ['refused: cancelled, stock returned', refused, percent(script.refuseShare)],
  ]);
}

function latencyTable({ placing, snapshot }: SaleResult): string {
  const clicks = new Map(placing.placed.toReversed().map((order) => [order.orderId, order.clickedAt]));
  const toConfirmed = snapshot.events
    .filter((event) => event.type === 'OrderConfirmed' && clicks.has(event.order.orderId))
    .map(({ order }) => Date.parse(order.changedAt) - (clicks.get(order.orderId) ?? 0));
  const row = (name: string, numbers: readonly number[]) => {
    const { p50, p90, p99 } = percentiles(numbers);
    return [name, p50.toFixed(0), p90.toFixed(0), p99.toFixed(0)];
  };
  return table([row('post', placing.latenciesMs), row('click to confirmed', toConfirmed)], ['', 'p50', 'p90', 'p99']);
}

function stockTable({ products, shards, orders }: Snapshot): string {
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
  return table(rows, ['product', 'shards', 'supplied', 'reserved', 'left', 'busiest shard / mean']);
}

function callTable(calls: CallCounts): string {
  const rows = Object.entries(calls).map(([service, operations]) => [
    service,
    Object.values(operations).reduce((sum, count) => sum + count, 0),
    Object.entries(operations)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 6)
      .map(([operation, count]) => `${operation} ${count}`)
      .join(', '),
  ]);
  return table(rows, ['service', 'calls', 'operations']);
}

function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => [
    verdict.id,
    verdict.text,
    verdict.checked,
    holds(verdict) ? 'holds' : `BROKEN ${verdict.violations.length}: ${verdict.violations[0] ?? 'nothing was checked'}`,
  ]);
  return table(rows, ['', 'invariant', 'checked', 'verdict']);
}

function total(statuses: ReadonlyMap<number, number>): number {
  return [...statuses.values()].reduce((sum, count) => sum + count, 0);
}
