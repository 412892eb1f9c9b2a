import {
  confiscateRights,
  grantRights,
  type Rights,
  receiveRights,
  sell,
  sendRights,
  type Transfer,
} from '../../functions/domain/rights.ts';
import type { Outcome, Violation } from './outcome.ts';
import type { Draw } from './random.ts';
import { Scheduler } from './scheduler.ts';

const sites = ['dublin', 'oregon', 'tokyo'] as const;
type Site = (typeof sites)[number];

const saleMs = 20_000;
const orders = 60;
const healedMs = 40_000;
const lossRate = 0.1;
const twiceRate = 0.15;

/** One sale of one product at three sites that lose sight of each other, by escrow and by a counter that merges. */
export async function simulateEscrow(seed: number, { trace = false } = {}): Promise<Outcome> {
  const scheduler = new Scheduler(seed, { trace });
  const draw = scheduler.draw('sale');
  const supply = 20 + Math.floor(draw() * 40);
  const network = new Network(scheduler, draw);
  const escrow = new Escrow(scheduler, network, supply);
  const counter = new MergingCounter(network, supply);
  for (let order = 0; order < orders; order++) {
    const site = pick(draw);
    const quantity = 1 + Math.floor(draw() * 3);
    const thinkMs = draw() * draw() * 2_000;
    scheduler.after(draw() * saleMs, undefined, () => {
      escrow.order(site, quantity, thinkMs);
      counter.order(site, quantity);
    });
  }
  for (let number = 0; number < 2; number++) {
    const [from, to] = [pick(draw), pick(draw)];
    if (from !== to && draw() < 0.5)
      scheduler.after(draw() * saleMs, undefined, () => escrow.confiscate(from, to, `confiscation-${number}`));
  }
  await scheduler.run();
  return {
    violations: escrow.violations(),
    hash: scheduler.hash >>> 0,
    orders,
    checked: {
      I1: orders,
      I4: sites.length,
      'stranded units': escrow.stranded,
      'oversold by a merging counter': counter.isOversold() ? 1 : 0,
    },
    injected: network.lost,
    lines: scheduler.lines ?? [],
  };
}

function pick(draw: Draw): Site {
  return sites[Math.floor(draw() * sites.length)] ?? sites[0];
}

/** Loses, doubles, delays; and two of the sites do not see each other, or one sees nobody, for a part of the sale. */
class Network {
  readonly lost: string[] = [];
  readonly #scheduler: Scheduler;
  readonly #draw: Draw;
  readonly #alone: Site;
  readonly #cutAt: number;
  readonly #mendedAt: number;
  #count = 0;

  constructor(scheduler: Scheduler, draw: Draw) {
    this.#scheduler = scheduler;
    this.#draw = scheduler.draw('network');
    this.#alone = pick(draw);
    this.#cutAt = draw() * saleMs;
    this.#mendedAt = this.#cutAt + draw() * (healedMs - this.#cutAt);
  }

  reaches(from: Site, to: Site): boolean {
    const { now } = this.#scheduler;
    return (from !== this.#alone && to !== this.#alone) || now < this.#cutAt || now >= this.#mendedAt;
  }

  send(from: Site, to: Site, what: string, arrive: () => void): void {
    const name = `${from} to ${to}/${this.#count++}`;
    const [loss, twice, delay] = [this.#draw(), this.#draw(), this.#draw()];
    const healthy = this.#scheduler.now >= healedMs;
    if (!healthy && (!this.reaches(from, to) || loss < lossRate)) {
      this.lost.push(name);
      this.#scheduler.trace(name, `${what} is lost`);
      return;
    }
    for (let copy = 0; copy < (twice < twiceRate ? 2 : 1); copy++) {
      this.#scheduler.after((10 + delay * delay * 3_000) * (copy + 1), undefined, () => {
        this.#scheduler.trace(name, what);
        arrive();
      });
    }
  }
}

class Escrow {
  /** Units at sites that the others could not ask, when one of them had to say no. */
  stranded = 0;
  readonly #rights: Map<Site, Rights>;
  readonly #scheduler: Scheduler;
  readonly #network: Network;
  readonly #supply: number;
  #requests = 0;
  #oversold: string[] = [];

  constructor(scheduler: Scheduler, network: Network, supply: number) {
    this.#scheduler = scheduler;
    this.#network = network;
    this.#supply = supply;
    const share = Math.floor(supply / sites.length);
    const first = supply - share * (sites.length - 1);
    this.#rights = new Map(sites.map((site, index) => [site, grantRights(index === 0 ? first : share)]));
  }

  /** The seller reads the epoch, thinks, and sells by what he read. */
  order(site: Site, quantity: number, thinkMs: number): void {
    const { epoch } = this.#of(site);
    this.#scheduler.after(thinkMs, undefined, () => {
      const sale = sell(this.#of(site), quantity, epoch);
      this.#scheduler.trace(site, `${quantity} wanted: ${sale.kind}`);
      if (sale.kind === 'sold') this.#set(site, sale.rights);
      if (sale.kind === 'short') this.#ask(site, quantity);
      const sold = this.#sum(({ sold: units }) => units);
      if (sold > this.#supply) this.#oversold.push(`${sold} units sold of ${this.#supply}`);
    });
  }

  /** In the store of the site that loses its units; without a way to it, nothing can be done. */
  confiscate(from: Site, to: Site, id: string): void {
    if (!this.#network.reaches(to, from)) return;
    this.#set(from, confiscateRights(this.#of(from), { id, from, to }));
    this.#tell(id, from);
  }

  violations(): Violation[] {
    const held = this.#sum(({ left, sold }) => left + sold);
    const leak = `${held} units are at the sites or sold, of ${this.#supply}`;
    return [
      ...this.#oversold.map((text) => ({ invariant: 'I1', text })),
      ...(held === this.#supply ? [] : [{ invariant: 'I4', text: leak }]),
    ];
  }

  #ask(site: Site, quantity: number): void {
    const others = sites.filter((other) => other !== site);
    const hidden = others.filter((other) => !this.#network.reaches(site, other));
    this.stranded = Math.max(
      this.stranded,
      hidden.reduce((units, other) => units + this.#of(other).left, 0),
    );
    for (const other of others) {
      const id = `top-up-${this.#requests++}`;
      this.#network.send(site, other, `${site} asks for ${quantity}`, () => this.#grant(other, site, id, quantity));
    }
  }

  #grant(from: Site, to: Site, id: string, wanted: number): void {
    const quantity = Math.min(wanted, Math.floor(this.#of(from).left / 2));
    if (quantity === 0) return;
    this.#set(from, sendRights(this.#of(from), { id, from, to, quantity }));
    this.#tell(id, from);
  }

  /** Told again and again until it has arrived; that it has, the receiver would answer, and that answer may be late. */
  #tell(id: string, from: Site): void {
    const transfer = this.#of(from).sent.find((one) => one.id === id);
    if (!transfer) return;
    const arrived = () => this.#of(transfer.to as Site).received.includes(id);
    const send = (): void => {
      this.#network.send(from, transfer.to as Site, `${transfer.quantity} units ${id}`, () => this.#take(transfer));
      this.#scheduler.after(5_000, undefined, () => {
        if (!arrived()) send();
      });
    };
    send();
  }

  #take(transfer: Transfer): void {
    this.#set(transfer.to as Site, receiveRights(this.#of(transfer.to as Site), transfer));
  }

  #of(site: Site): Rights {
    return this.#rights.get(site) ?? grantRights(0);
  }

  #set(site: Site, rights: Rights): void {
    this.#rights.set(site, rights);
  }

  #sum(count: (rights: Rights) => number): number {
    return [...this.#rights.values()].reduce((sum, rights) => sum + count(rights), 0);
  }
}

/** What would happen with a counter that merges: each site sells while those it has heard of leave something. */
class MergingCounter {
  readonly #known = new Map(sites.map((site) => [site, new Map<Site, number>()]));
  readonly #network: Network;
  readonly #supply: number;

  constructor(network: Network, supply: number) {
    this.#network = network;
    this.#supply = supply;
  }

  order(site: Site, quantity: number): void {
    const own = this.#of(site);
    if (this.#supply - total(own) < quantity) return;
    own.set(site, (own.get(site) ?? 0) + quantity);
    for (const other of sites) {
      const told = new Map(own);
      if (other !== site) this.#network.send(site, other, 'a counter', () => this.#merge(other, told));
    }
  }

  isOversold(): boolean {
    return sites.reduce((sold, site) => sold + (this.#of(site).get(site) ?? 0), 0) > this.#supply;
  }

  #merge(site: Site, told: ReadonlyMap<Site, number>): void {
    const own = this.#of(site);
    for (const [other, count] of told) own.set(other, Math.max(count, own.get(other) ?? 0));
  }

  #of(site: Site): Map<Site, number> {
    return this.#known.get(site) ?? new Map();
  }
}

function total(counts: ReadonlyMap<Site, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
