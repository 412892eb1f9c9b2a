import {
  confiscateUnits,
  grantUnits,
  reclaim,
  type SitePorts,
  sellOrBorrow,
  sendUnits,
  takeUnits,
  tellTransfers,
} from '../../../../functions/escrow/escrow.ts';
import type { OtherSites } from '../../../../functions/escrow/ports.ts';
import type { Rights } from '../../../../functions/escrow/rights.ts';
import { MergingCounter } from '../../merging-counter.ts';
import { simulatedRuntime } from '../runtime.ts';
import { Calls } from '../world/calls.ts';
import { Network } from '../world/network.ts';
import type { Outcome, Violation } from '../world/outcome.ts';
import type { Draw } from '../world/random.ts';
import { Scheduler } from '../world/scheduler.ts';
import { type Site, simulatedSites, sites } from './sites.ts';

const sku = 'lamp';
const saleMs = 20_000;
const orders = 60;
const healthyMs = 40_000;
const rates = { 'crash before': 0.02, 'crash after': 0.02, busy: 0.03, conflict: 0.03, lost: 0.03, stall: 0.005 };
const tellAtMs = [10_000, 20_000, 30_000];
/** The site that reclaims stock, and the times; some orders are still in flight by then. */
const home = sites[0];
const reclaims = [saleMs, 25_000, 25_000, 35_000];
const rounds = 10;
const patienceMs = 15_000;
const attempts = 50;

/** Sells one product at three sites through a partition, by escrow and by a merging counter. */
export async function simulateEscrow(seed: number, { trace = false } = {}): Promise<Outcome> {
  const scheduler = new Scheduler(seed, { trace });
  const draw = scheduler.draw('sale');
  const supply = 20 + Math.floor(draw() * 40);
  const cutMs = draw() * saleMs;
  const mendedMs = cutMs + draw() * (healthyMs - cutMs);
  const network = new Network<Site>(scheduler, { alone: pick(draw), cutMs, mendedMs, healthyMs });
  const escrow = new Escrow(scheduler, network, supply);
  const counter = new MergingCounter(sites, (from, to, arrive) => network.send(from, to, 'a count', arrive), supply);
  await escrow.open();
  for (let order = 0; order < orders; order++) {
    const sale = { site: pick(draw), quantity: 1 + Math.floor(draw() * 3), thinkMs: draw() * draw() * 2_000 };
    const atMs = draw() * saleMs;
    escrow.order(`order-${order}`, sale, atMs);
    scheduler.after(atMs, undefined, () => counter.order(sale.site, sale.quantity));
  }
  for (let number = 0; number < 2; number++) {
    const [from, to] = [pick(draw), pick(draw)];
    if (from !== to && draw() < 0.5) escrow.confiscate(`confiscation-${number}`, from, to, draw() * saleMs);
  }
  await escrow.end();
  return {
    violations: escrow.violations(),
    hash: scheduler.hash >>> 0,
    orders,
    checked: {
      I1: orders,
      I2: escrow.confirmed.size,
      I4: sites.length,
      'stranded units': escrow.stranded,
      'oversold by a merging counter': counter.sold > supply ? 1 : 0,
    },
    injected: [...network.lost, ...escrow.injected],
    lines: scheduler.lines ?? [],
  };
}

function pick(draw: Draw): Site {
  return sites[Math.floor(draw() * sites.length)] ?? sites[0];
}

class Escrow {
  /** Most units left at unreachable sites when a site had to reject an order. */
  stranded = 0;
  /** Units confirmed to customers, by order. */
  readonly confirmed = new Map<string, number>();
  readonly #recorded = new Map<string, number>();
  readonly #scheduler: Scheduler;
  readonly #network: Network<Site>;
  readonly #calls: Calls;
  readonly #supply: number;
  readonly #sites;
  readonly #runtime;
  readonly #sales = new Map<string, { readonly site: Site; readonly quantity: number }>();
  #oversold: string[] = [];

  constructor(scheduler: Scheduler, network: Network<Site>, supply: number) {
    this.#scheduler = scheduler;
    this.#network = network;
    this.#supply = supply;
    this.#runtime = simulatedRuntime(scheduler);
    this.#calls = new Calls(scheduler, { rates, untilMs: healthyMs, skipped: new Set() });
    this.#sites = simulatedSites(this.#calls, sku, () => this.#watch());
  }

  get injected(): readonly string[] {
    return this.#calls.injected;
  }

  /** Splits the supply among the sites. */
  async open(): Promise<void> {
    const share = Math.floor(this.#supply / sites.length);
    const first = this.#supply - share * (sites.length - 1);
    this.#calls.stopFaults();
    for (const [index, site] of sites.entries()) {
      const grant = { sku, key: 'first', units: index === 0 ? first : share };
      this.#try(`grant-${site}`, 0, () => grantUnits(grant, this.#buildPorts(site)));
    }
    await this.#scheduler.run();
    this.#calls.resumeFaults();
    for (const site of sites) {
      for (const atMs of tellAtMs)
        this.#start(`${site} tells at ${atMs}`, atMs, () => tellTransfers(sku, this.#buildPorts(site)));
      for (const [run, atMs] of reclaims.entries()) this.#reclaim(site, run, atMs);
    }
  }

  /** The seller reads the epoch, pauses, then sells in that epoch. */
  order(orderId: string, { site, quantity, thinkMs }: { site: Site; quantity: number; thinkMs: number }, atMs: number) {
    this.#sales.set(orderId, { site, quantity });
    this.#try(orderId, atMs, async () => {
      const ports = this.#buildPorts(site);
      const epoch = (await ports.rights.find(sku))?.rights.epoch ?? 0;
      await ports.pause(thinkMs);
      const outcome = await sellOrBorrow({ sku, orderId, quantity, epoch }, ports);
      this.#scheduler.trace(site, `${quantity} wanted: ${outcome}`);
      if (outcome === 'closed') throw new Error(`the epoch ${epoch} has ended`);
      if (outcome === 'made') this.confirmed.set(orderId, quantity);
      else this.#recordStranded(site);
    });
  }

  /** Runs in the losing site's store, so it needs a connection to that site. */
  confiscate(id: string, from: Site, to: Site, atMs: number): void {
    this.#try(id, atMs, async () => {
      if (this.#network.reaches(to, from)) await confiscateUnits({ id, sku, from, to }, this.#buildPorts(from));
    });
  }

  /** Runs all orders; then the network is healthy, and transfers in flight arrive. */
  async end(): Promise<void> {
    await this.#scheduler.run();
    this.#calls.stopFaults();
    for (let round = 0; round < rounds && this.#atHome() < this.#supply; round++) {
      for (const site of sites) this.#reclaim(site, reclaims.length + round, healthyMs);
      await this.#scheduler.run();
    }
    for (const [orderId, { site, quantity }] of this.#sales) {
      this.#try(`look at ${orderId}`, 0, async () => {
        const made = await this.#sites[site].store.wasMade(sku, `sold-${orderId}`);
        if (made) this.#recorded.set(orderId, quantity);
      });
    }
    await this.#scheduler.run();
  }

  violations(): Violation[] {
    const sold = this.#sum(({ sold: units }) => units);
    const recorded = [...this.#recorded.values()].reduce((sum, quantity) => sum + quantity, 0);
    const forgotten = [...this.confirmed.keys()].filter((orderId) => !this.#recorded.has(orderId));
    return [
      ...this.#oversold.map((text) => ({ invariant: 'I1', text })),
      ...(sold === recorded
        ? []
        : [{ invariant: 'I2', text: `stores count ${sold} units as sold, orders add up to ${recorded}` }]),
      ...forgotten.map((orderId) => ({
        invariant: 'I3',
        text: `${orderId} was confirmed to its customer but is not recorded`,
      })),
      ...(this.#units() === this.#supply
        ? []
        : [{ invariant: 'I4', text: `${this.#units()} units are left or sold, of ${this.#supply} supplied` }]),
      ...(this.#atHome() === this.#units()
        ? []
        : [
            {
              invariant: 'home',
              text: `${this.#units() - this.#atHome()} units are still at other sites after the sale`,
            },
          ]),
    ];
  }

  #buildPorts(site: Site): SitePorts {
    const call = <Result>(to: string, what: string, work: (ports: SitePorts) => Promise<Result>) =>
      this.#network.call(site, to as Site, what, () => work(this.#buildPorts(to as Site)));
    const others: OtherSites = {
      names: sites.filter((other) => other !== site),
      ask: (request) => call(request.from, request.id, (ports) => sendUnits(request, ports)),
      tell: (transfer) => call(transfer.to, transfer.id, (ports) => takeUnits(transfer, ports)),
    };
    return { ...this.#runtime, site, others, rights: this.#sites[site].store };
  }

  #reclaim(site: Site, run: number, atMs: number): void {
    this.#start(`${site} brings home, ${run}`, atMs, () => reclaim({ sku, home }, this.#buildPorts(site)));
  }

  /** Ignores failures, because the next timer finishes the work. */
  #start(name: string, atMs: number, work: () => Promise<unknown>): void {
    const process = this.#scheduler.process(name);
    this.#scheduler.after(atMs, process, () => void work().catch(() => undefined));
  }

  /** Retries after a death, a failure or a timeout. */
  #try(name: string, atMs: number, work: () => Promise<void>, attempt = 0): void {
    const process = this.#scheduler.process(`${name}/${attempt}`);
    let over = false;
    const again = () => {
      if (over) return;
      over = true;
      if (attempt < attempts) this.#try(name, 500, work, attempt + 1);
    };
    process.onDeath = again;
    this.#scheduler.after(atMs, process, () => {
      this.#scheduler.after(patienceMs, undefined, again);
      work().then(() => {
        over = true;
      }, again);
    });
  }

  #recordStranded(site: Site): void {
    const hidden = sites.filter((other) => other !== site && !this.#network.reaches(site, other));
    const units = hidden.reduce((sum, other) => sum + this.#sites[other].peek().left, 0);
    this.stranded = Math.max(this.stranded, units);
  }

  #watch(): void {
    const sold = this.#sum(({ sold: units }) => units);
    if (sold > this.#supply) this.#oversold.push(`${sold} units sold, of ${this.#supply} supplied`);
  }

  /** Units sold at any site, plus those left at the home site. */
  #atHome(): number {
    return this.#sum(({ sold }) => sold) + this.#sites[home].peek().left;
  }

  #units(): number {
    return this.#sum(({ left, sold }) => left + sold);
  }

  #sum(count: (rights: Rights) => number): number {
    return sites.reduce((sum, site) => sum + count(this.#sites[site].peek()), 0);
  }
}
