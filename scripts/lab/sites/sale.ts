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
import { Network, otherSite } from './network.ts';

export interface SiteSaleOptions {
  readonly orders: number;
  readonly seed: number;
  readonly onStep?: (text: string) => void;
}

export const phases = ['together', 'partitioned', 'healed'] as const;
export type Phase = (typeof phases)[number];

export interface SiteSaleResult {
  readonly supply: number;
  /** Units returned by customers after the sale. */
  readonly givenBack: number;
  /** Store contents at the end. */
  readonly rights: Readonly<Record<Site, Rights>>;
  /** Orders confirmed to their customers. */
  readonly sold: readonly { readonly phase: Phase; readonly site: Site; readonly quantity: number }[];
  readonly refused: readonly { readonly phase: Phase; readonly site: Site }[];
  /** Most units left at the unreachable site when the other had to reject an order. */
  readonly stranded: number;
  /** Units reclaimed from the closed site. */
  readonly broughtHome: number;
  readonly lostAnswers: number;
  /** Result of a sale in an epoch from before the reclaim. */
  readonly oldEpoch: 'made' | 'insufficient stock' | 'closed';
  /** Units a merging counter would have sold. */
  readonly merging: number;
}

interface PlannedSale {
  readonly orderId: string;
  readonly phase: Phase;
  readonly site: Site;
  readonly quantity: number;
}

const parallel = 8;
/** Uneven share of orders, so that one site runs out first. */
const awsPercent = 70;
/** Supply as a share of demand, so that stock runs out during the partition. */
const supplyPercent = 50;
/** Units that customers return after the sale. */
const givenBack = 12;
const tellEveryMs = 200;
const attempts = 100;

/** Sells one product at two sites: connected, partitioned, connected again; then one site closes. */
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
      await retry(() => grantUnits({ sku: this.#sku, key: 'first', units }, this.#network.portsOf(site)));
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

  /** Delivers transfers cut off by the partition or with lost answers. */
  async heal(): Promise<void> {
    for (const site of sites) this.#counter.tellAll(site);
    await this.#tellUntilAllArrived();
  }

  /** After the sale, reclaims a site's returned units; a sale in the old epoch must be rejected. */
  async close(site: Site): Promise<void> {
    const ports = this.#network.portsOf(site);
    await this.#tellUntilAllArrived();
    await retry(() => grantUnits({ sku: this.#sku, key: 'given-back', units: givenBack }, ports));
    const { epoch, left } = await this.#readRights(site);
    await retry(async () => {
      if ((await reclaim({ sku: this.#sku, home: otherSite(site) }, ports)) > 0) throw new Error('units are under way');
    });
    this.#broughtHome = left - (await this.#readRights(site)).left;
    this.#oldEpoch = await retry(() => sellUnits({ sku: this.#sku, orderId: 'too-late', quantity: 1, epoch }, ports));
  }

  async result(): Promise<SiteSaleResult> {
    const rights = { aws: await this.#readRights('aws'), azure: await this.#readRights('azure') };
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
    const outcome = await retry(async () => {
      const { epoch } = await this.#readRights(site);
      return sellOrBorrow({ sku: this.#sku, orderId, quantity, epoch }, this.#network.portsOf(site));
    });
    if (outcome === 'made') return void this.#sold.push(order);
    this.#refused.push(order);
    if (this.#network.cut) this.#stranded = Math.max(this.#stranded, (await this.#readRights(otherSite(site))).left);
  }

  async #tellUntilAllArrived(): Promise<void> {
    await retry(async () => {
      if ((await this.#tell()) > 0) throw new Error('units are under way');
    });
  }

  /** @returns units whose arrival is unconfirmed */
  async #tell(): Promise<number> {
    const missing = await Promise.all(sites.map((site) => tellTransfers(this.#sku, this.#network.portsOf(site))));
    return missing.reduce((sum, units) => sum + units, 0);
  }

  async #readRights(site: Site): Promise<Rights> {
    return (await this.#network.portsOf(site).rights.find(this.#sku))?.rights ?? noRights;
  }
}

/** Retries until decided. Changes are named, so each counts only once. */
async function retry<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts) throw error;
      await sleep(Math.random() * 20);
    }
  }
}
