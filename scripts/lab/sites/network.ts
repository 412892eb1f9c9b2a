import { setTimeout as sleep } from 'node:timers/promises';
import { type SitePorts, sendUnits, takeUnits } from '../../../functions/escrow/escrow.ts';
import type { OtherSites, RightsStore } from '../../../functions/escrow/ports.ts';
import { type Site, sites } from './engines.ts';

const patienceMs = 100;
const lossPercent = 10;

/** Connects the two sites; loses some answers after the work is done, and everything while cut. */
export class Network {
  cut = false;
  lostAnswers = 0;
  readonly #stores: Readonly<Record<Site, RightsStore>>;
  readonly #percent: () => number;

  /** @param percent draws a number from 1 to 100 */
  constructor(stores: Readonly<Record<Site, RightsStore>>, percent: () => number) {
    this.#stores = stores;
    this.#percent = percent;
  }

  portsOf(site: Site): SitePorts {
    const other = otherSite(site);
    const others: OtherSites = {
      names: [other],
      ask: (request) => this.#call(() => sendUnits(request, this.portsOf(other))),
      tell: (transfer) => this.#call(() => takeUnits(transfer, this.portsOf(other))),
    };
    const pause = (ms: number) => sleep(Math.random() * ms);
    return { site, others, rights: this.#stores[site], meter: { count: () => {} }, pause };
  }

  async #call<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.cut) {
      await sleep(patienceMs);
      throw new Error('the other site is unreachable');
    }
    const result = await work();
    if (!this.cut && this.#percent() > lossPercent) return result;
    this.lostAnswers++;
    throw new Error('the answer was lost');
  }
}

export function otherSite(site: Site): Site {
  return sites.find((one) => one !== site) ?? site;
}
