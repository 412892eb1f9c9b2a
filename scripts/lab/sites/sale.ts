import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { grantUnits, reclaim, sellOrBorrow, sellUnits, tellTransfers } from '../../../functions/escrow/escrow.ts';
import type { RightsStore } from '../../../functions/escrow/ports.ts';
import { noRights, type Rights } from '../../../functions/escrow/rights.ts';
import { MergingCounter } from '../merging-counter.ts';
import { type Site, sites } from './engines.ts';
import { Network, otherThan } from './network.ts';

export interface SiteSaleOptions {
  readonly orders: number;
  readonly seed: number;
  readonly onStep?: (text: string) => void;
}

export const phases = ['together', 'partitioned', 'healed'] as const;
export type Phase = (typeof phases)[number];

export interface SiteSaleResult {
  readonly supply: number;
  /** Units that came in addition when the sale was over. */
  readonly givenBack: number;
  /** What stands in the stores at the end. */
  readonly rights: Readonly<Record<Site, Rights>>;
  /** Units of each order whose customer was told that it is sold. */
  readonly sold: readonly { readonly phase: Phase; readonly site: Site; readonly quantity: number }[];
  readonly refused: readonly { readonly phase: Phase; readonly site: Site }[];
  /** The most units that lay at the other site, out of reach, when one had to refuse. */
  readonly stranded: number;
  /** Units that lay at the site that closed, and went to the other one. */
  readonly broughtHome: number;
  readonly lostAnswers: number;
  /** What a seller came to who did not know that his site's units had been confiscated. */
  readonly oldEpoch: 'made' | 'insufficient stock' | 'closed';
  /** What a counter that merges would have sold. */
  readonly merging: number;
}

interface PlannedSale {
  readonly orderId: string;
  readonly phase: Phase;
  readonly site: Site;
  readonly quantity: number;
}

const parallel = 8;
/** Of the orders: so one site runs out first. */
const awsPercent = 70;
/** Of what is asked for: so it runs out while the sites are apart. */
const supplyPercent = 50;
/** Given back by customers when the sale is over. */
const givenBack = 12;
const tellEveryMs = 200;
const attempts = 100;

/** One product sold at two sites: together, apart, together again; then one of them closes. */
export async function sellAtSites(
  stores: Readonly<Record<Site, RightsStore>>,
  { orders, seed, onStep = () => {} }: SiteSaleOptions,
): Promise<SiteSaleResult> {
  const random = xoroshiro128plus(seed);
  const draw = (most: number) => uniformInt(random, 1, most);
  const plan = Array.from({ length: orders }, (_, index) => ({
    orderId: randomUUID(),
    phase: phases[Math.floor((index * phases.length) / orders)] ?? 'healed',
    site: draw(100) <= awsPercent ? ('aws' as const) : ('azure' as const),
    quantity: draw(3),
  }));
  const asked = plan.reduce((units, { quantity }) => units + quantity, 0);
  const network = new Network(stores, () => draw(100));
  const sale = new SiteSale(network, Math.ceil((asked * supplyPercent) / 100));
  await sale.split();
  for (const phase of phases) {
    onStep(phase);
    network.cut = phase === 'partitioned';
    if (phase === 'healed') await sale.heal();
    await sale.sell(plan.filter((one) => one.phase === phase));
  }
  onStep('the sale is over');
  await sale.close('azure');
  return sale.result();
}

class SiteSale {
  readonly #sku = `lamp-${randomUUID().slice(0, 8)}`;
  readonly #network: Network;
  readonly #supply: number;
  readonly #counter: MergingCounter<Site>;
  readonly #sold: PlannedSale[] = [];
  readonly #refused: PlannedSale[] = [];
  #stranded = 0;
  #broughtHome = 0;
  #oldEpoch: SiteSaleResult['oldEpoch'] = 'made';

  constructor(network: Network, supply: number) {
    this.#network = network;
    this.#supply = supply;
    this.#counter = new MergingCounter(sites, (_from, _to, arrive) => network.cut || arrive(), supply);
  }

  async split(): Promise<void> {
    const half = Math.floor(this.#supply / 2);
    for (const [site, units] of [['aws', this.#supply - half] as const, ['azure', half] as const]) {
      await again(() => grantUnits({ sku: this.#sku, key: 'first', units }, this.#network.portsOf(site)));
    }
  }

  async sell(orders: readonly PlannedSale[]): Promise<void> {
    const limit = pLimit(parallel);
    let over = false;
    const telling = (async () => {
      for (; !over; await sleep(tellEveryMs)) await this.#tell().catch(() => {});
    })();
    await Promise.all(orders.map((order) => limit(() => this.#order(order))));
    over = true;
    await telling;
  }

  /** What was under way when the network went, or whose answer was lost, arrives. */
  async heal(): Promise<void> {
    for (const site of sites) this.#counter.tellAll(site);
    await this.#tellUntilAllArrived();
  }

  /** The sale is over: what a site gets back goes to the other one; who sells by what he read before is refused. */
  async close(site: Site): Promise<void> {
    const ports = this.#network.portsOf(site);
    await this.#tellUntilAllArrived();
    await again(() => grantUnits({ sku: this.#sku, key: 'given-back', units: givenBack }, ports));
    const { epoch, left } = await this.#rightsOf(site);
    await again(async () => {
      if ((await reclaim({ sku: this.#sku, home: otherThan(site) }, ports)) > 0) throw new Error('units are under way');
    });
    this.#broughtHome = left - (await this.#rightsOf(site)).left;
    this.#oldEpoch = await again(() => sellUnits({ sku: this.#sku, orderId: 'too-late', quantity: 1, epoch }, ports));
  }

  async result(): Promise<SiteSaleResult> {
    const rights = { aws: await this.#rightsOf('aws'), azure: await this.#rightsOf('azure') };
    return {
      rights,
      supply: this.#supply,
      givenBack,
      sold: this.#sold,
      refused: this.#refused,
      stranded: this.#stranded,
      broughtHome: this.#broughtHome,
      lostAnswers: this.#network.lostAnswers,
      oldEpoch: this.#oldEpoch,
      merging: this.#counter.sold,
    };
  }

  async #order(order: PlannedSale): Promise<void> {
    const { orderId, site, quantity } = order;
    this.#counter.order(site, quantity);
    const outcome = await again(async () => {
      const { epoch } = await this.#rightsOf(site);
      return sellOrBorrow({ sku: this.#sku, orderId, quantity, epoch }, this.#network.portsOf(site));
    });
    if (outcome === 'made') return void this.#sold.push(order);
    this.#refused.push(order);
    if (this.#network.cut) this.#stranded = Math.max(this.#stranded, (await this.#rightsOf(otherThan(site))).left);
  }

  async #tellUntilAllArrived(): Promise<void> {
    await again(async () => {
      if ((await this.#tell()) > 0) throw new Error('units are under way');
    });
  }

  /** @returns of how many units nobody said that they arrived */
  async #tell(): Promise<number> {
    const missing = await Promise.all(sites.map((site) => tellTransfers(this.#sku, this.#network.portsOf(site))));
    return missing.reduce((sum, units) => sum + units, 0);
  }

  async #rightsOf(site: Site): Promise<Rights> {
    return (await this.#network.portsOf(site).rights.find(this.#sku))?.rights ?? noRights;
  }
}

/** What was not decided is tried again: every change has its name, so once is all that it counts. */
async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts) throw error;
      await sleep(Math.random() * 20);
    }
  }
}
