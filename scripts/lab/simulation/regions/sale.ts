import type { RestockResource, StockResource } from '../../../../functions/contracts/http.ts';
import type { Counter } from '../../../../functions/ports/runtime.ts';
import type { Item } from '../../../dynamodb/expressions.ts';
import { longestLagMs } from '../../../dynamodb/history.ts';
import { ownsUnits } from '../../../sale/check/rules.ts';
import type { RestockRecord } from '../../../sale/check/snapshot.ts';
import { requests, toEvent, traceparentOf } from '../clients/requests.ts';
import { countMetrics } from '../count-metrics.ts';
import { attempt } from '../runs/attempt.ts';
import { leaseMs, longestTurnGap, quietSweeps, wrongByMs } from '../sweeper.ts';
import type { Outcome, Violation } from '../world/outcome.ts';
import { hashText } from '../world/random.ts';
import type { Scheduler } from '../world/scheduler.ts';
import { Customers } from './customers.ts';
import { judgeRegions, judgeTogether } from './judge.ts';
import { healthyMs, home, type Region, type RegionsPlan } from './plan.ts';
import { RegionsWorld } from './world.ts';

const rounds = 20;
/** Bound for an order that waits only for its queue: all receives, and a minute of work. */
const settledWithinMs = 5 * 30_000 + 60_000;

/** Runs one sale in several regions to its end, then checks the invariants. */
export async function simulateRegions(plan: RegionsPlan, { trace = false } = {}): Promise<Outcome> {
  return new RegionsSale(plan, trace).play();
}

class RegionsSale {
  readonly #plan: RegionsPlan;
  readonly #world: RegionsWorld;
  readonly #scheduler: Scheduler;
  readonly #cells: RegionsWorld['cells'];
  readonly #customers: Customers;
  readonly #restocked: RestockRecord[] = [];
  readonly #counts = new Map<Counter, number>();
  #openedMs = 0;

  constructor(plan: RegionsPlan, trace: boolean) {
    const world = new RegionsWorld(plan, trace);
    this.#plan = plan;
    this.#world = world;
    this.#scheduler = world.scheduler;
    this.#cells = world.cells;
    countMetrics(this.#counts);
    this.#customers = new Customers(world);
  }

  async play(): Promise<Outcome> {
    this.#world.calls.stopFaults();
    this.#start(`${home}:shop`, 0, () => this.#openShop());
    const livelock = await attemptRun(() => this.#scheduler.run());
    this.#world.calls.stopFaults();
    if (!livelock) await this.#settleRest();
    if (!livelock) await this.#readOnceMore();
    this.#world.units.check();
    return this.#judge(livelock);
  }

  async #openShop(): Promise<void> {
    const { products, links } = this.#plan;
    const ask = async (name: string, request: Parameters<typeof toEvent>[0]) => {
      const answer = await this.#cells.get(home)?.functions.call('stock', toEvent(request, traceparentOf(name, 0)));
      if (!answer || answer.statusCode >= 300) throw new Error(`${name} got ${answer?.statusCode}: ${answer?.body}`);
      return JSON.parse(answer.body ?? '') as RestockResource;
    };
    for (const { sku, shards, units, limitPerCustomer } of products) {
      const details = { name: sku, unitPrice: 1_999, currency: 'EUR', limitPerCustomer };
      const body = { ...details, peakOrdersPerSecond: shards * 100 };
      await ask(`put ${sku}`, requests.putProduct(sku, body, undefined));
      if (units === 0) continue;
      const answer = await ask(`supply ${sku}`, requests.restock(sku, 'first-supply', units));
      this.#restocked.push({ ...answer, key: 'first-supply' });
    }
    this.#scheduler.after(links.lagMs + longestLagMs, undefined, () => this.#openSale());
  }

  #openSale(): void {
    const { orders, restocks, changes, lists, loss, products } = this.#plan;
    this.#world.calls.resumeFaults();
    this.#world.links.open();
    this.#openedMs = this.#scheduler.now;
    for (const order of orders) this.#customers.order(order);
    for (const { name, sku, quantity, atMs } of restocks)
      this.#customers.administer(name, atMs, requests.restock(sku, name, quantity), (answer: RestockResource) =>
        this.#restocked.push({ ...answer, key: name }),
      );
    for (const { name, sku, body, atMs } of changes)
      this.#customers.administer(name, atMs, requests.putProduct(sku, body, 1), () => {});
    for (const list of lists) {
      this.#customers.list(list);
      this.#customers.readStock('lamp', `${list.name}-stock`, list.atMs);
    }
    this.#customers.tryToAdminister(products[0]?.sku ?? '', 0);
    if (loss) this.#scheduler.after(loss.atMs, undefined, () => this.#lose(loss.region));
    for (const region of this.#cells.keys()) this.#sweepRegularly(region);
  }

  #lose(region: Region): void {
    this.#scheduler.trace(region, 'is lost');
    this.#cells.get(region)?.lose();
  }

  #sweepRegularly(region: Region): void {
    const { sweepEveryMs } = this.#plan;
    const draw = this.#scheduler.draw(`sweeps in ${region}`);
    for (let atMs = draw() * sweepEveryMs, run = 0; atMs < healthyMs + sweepEveryMs; atMs += sweepEveryMs, run++) {
      this.#sweep(region, `sweeper-${run}`, atMs);
      if (draw() < 0.3) this.#sweep(region, `sweeper-${run}-beside`, atMs + draw() * 2_000);
    }
    for (let run = 0; run < quietSweeps.count; run++)
      this.#sweep(region, `sweeper-quiet-${run}`, healthyMs + sweepEveryMs + run * quietSweeps.everyMs);
  }

  #sweep(region: Region, name: string, atMs: number): void {
    this.#start(`${region}:${name}`, atMs, async () => this.#cells.get(region)?.functions.sweep?.());
  }

  /** Runs the sweeper without faults, then redrives until the queues stay empty. */
  async #settleRest(): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const living = [...this.#cells.values()].filter(({ isLost }) => !isLost);
      const redriven = living.flatMap(({ queue }) => queue.redrive(() => false));
      // By then, open orders had a turn when they were older than any clock error.
      if (round < 2)
        for (const { region } of living)
          this.#sweep(region, `sweeper-last-${round}`, 2 * wrongByMs + (1 + longestTurnGap) * this.#plan.stuckMs);
      await this.#scheduler.run();
      if (round >= 2 && redriven.length === 0) return;
    }
    this.#world.violations.push({ invariant: 'redrive', text: `letters still return after ${rounds} redrives` });
  }

  /** Everything is replicated and quiet, so lists must be complete and the merged views exact. */
  async #readOnceMore(): Promise<void> {
    const { products, orders } = this.#plan;
    const limit = Math.ceil(orders.length / 8);
    for (const customer of new Set(orders.map((order) => order.customer)))
      for (const { region, isLost } of this.#cells.values())
        if (!isLost)
          this.#customers.list(
            { name: `last-list-${customer}-${region}`, customer, limit, atMs: longestLagMs },
            region,
          );
    for (const { sku } of products.slice(0, 2))
      this.#customers.readStock(sku, `last-stock-${sku}`, longestLagMs, (region, shown: StockResource) => {
        const reserved = this.#sumReserved(region, sku);
        if (shown.reserved !== reserved)
          this.#world.violations.push({
            invariant: 'merge',
            text: `${region} shows ${shown.reserved} ${sku} reserved, but the events of all regions say ${reserved}`,
          });
      });
    await this.#scheduler.run();
  }

  /** Sums each region's orders; for a lost region, the reader's replica of its views. */
  #sumReserved(reader: Region, sku: string): number {
    const sum = (rows: readonly Item[], units: (row: Item) => number) =>
      rows.reduce((all, row) => all + (row.sku === sku ? units(row) : 0), 0);
    return [...this.#cells.values()].reduce((all, { region, tables, isLost }) => {
      if (!isLost)
        return (
          all +
          sum(tables.all(`orders-${region}`), (row) =>
            row.sk === 'ORDER' && ownsUnits(row.state as never) ? Number(row.quantity) : 0,
          )
        );
      const guards = this.#cells.get(reader)?.tables.all(`views-${region}`) ?? [];
      return all + countedIn(guards, sku);
    }, 0);
  }

  #judge(livelock: Error | undefined): Outcome {
    const { cells, evidence } = { cells: this.#cells, evidence: this.#gatherEvidence() };
    const read = attempt(() => judgeRegions(evidence));
    const verdicts = 'error' in read ? [] : read.value;
    const violations = [...this.#world.violations, ...judgeTogether(evidence), ...this.#findLate()];
    violations.push(...verdicts.flatMap(({ id, violations: texts }) => texts.map((text) => ({ invariant: id, text }))));
    violations.push(...this.#world.calls.refused.map((text) => ({ invariant: 'limit', text })));
    for (const { witness } of cells.values())
      violations.push(...witness.oversold.map((text) => ({ invariant: 'I1', text })));
    if (livelock) violations.push({ invariant: 'livelock', text: livelock.message });
    if ('error' in read)
      violations.push({ invariant: 'schema', text: `a row breaks its schema: ${read.error.message}` });
    const checked: Record<string, number> = { ...Object.fromEntries(this.#counts), ...this.#countRegions() };
    for (const { id, checked: count } of verdicts) checked[id] = (checked[id] ?? 0) + count;
    return {
      ...{ violations, checked, hash: this.#hashAll(), injected: this.#world.calls.injected },
      orders: this.#customers.record.accepted.length,
      lines: this.#scheduler.lines ?? [],
    };
  }

  #gatherEvidence() {
    const [cells, units, rows, customers] = [this.#cells, this.#world.units, this.#world.rows, this.#customers];
    return { cells, units, rows, customers, restocked: this.#restocked };
  }

  /** Counts region-specific events: a scenario in which one never happens proves nothing about it. */
  #countRegions(): Record<string, number> {
    const accepted = [...new Set(this.#customers.record.accepted.map(({ orderId }) => orderId))];
    const lives = (region: Region) => this.#cells.get(region)?.isLost === false;
    const owners = accepted.map((orderId) => this.#world.rows.owners(orderId));
    return {
      transfers: this.#world.units.transfers.size,
      'sold out': this.#world.soldOut.all,
      'sold out, judged': this.#world.soldOut.judged,
      'calls in trouble': this.#world.links.troubles.length,
      'lost regions': [...this.#cells.values()].filter(({ isLost }) => isLost).length,
      'orders only in a lost region': owners.filter((all) => !all.some(lives)).length,
      'orders with two rows': owners.filter((all) => all.length > 1).length,
      'stranded units': this.#world.units.countStranded(lives),
      'rows never replicated': this.#world.replicator.gone,
    };
  }

  #findLate(): Violation[] {
    if (!this.#plan.rightClocks) return [];
    const quietMs = Math.max(this.#world.calls.lastFaultMs, this.#openedMs + healthyMs);
    const living = [...this.#cells.values()].filter(({ isLost }) => !isLost);
    return living.flatMap(({ region, witness }) =>
      [...witness.moves].flatMap(([orderId, { openedMs, endedMs }]) => {
        const lateMs = endedMs - Math.max(quietMs, openedMs) - this.#boundMs(quietMs - openedMs);
        return lateMs > 0 ? [{ invariant: 'deadline', text: `${region} ended ${orderId} ${lateMs} ms too late` }] : [];
      }),
    );
  }

  /** Time until the order is due, as long as it has waited, until its next turn and sweep, and in its queue. */
  #boundMs(waitedMs: number): number {
    const { stuckMs } = this.#plan;
    return settledWithinMs + Math.max(stuckMs, waitedMs) + longestTurnGap * stuckMs + quietSweeps.everyMs + leaseMs;
  }

  #hashAll(): number {
    const rows = [...this.#cells.values()].map(({ tables }) =>
      [...tables.rows].map(([table, all]) => [table, [...all].sort(([a], [b]) => (a < b ? -1 : 1))]),
    );
    return hashText(JSON.stringify([rows, this.#customers.record]), this.#scheduler.hash) >>> 0;
  }

  /** Traces failures only, because the next timer finishes the work. */
  #start(name: string, atMs: number, work: () => Promise<void>): void {
    const scheduler = this.#scheduler;
    const process = scheduler.process(name);
    scheduler.after(atMs, process, () => {
      work().then(
        () => {
          process.alive = false;
        },
        (error) => scheduler.trace(name, String(error.name)),
      );
    });
  }
}

function countedIn(rows: readonly Item[], sku: string): number {
  return rows
    .filter(({ sk, pk }) => sk === 'TOTAL' && String(pk).startsWith(`SALES#${sku}#`))
    .reduce((sum, { reservedUnits }) => sum + Number(reservedUnits), 0);
}

async function attemptRun(run: () => Promise<void>): Promise<Error | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
