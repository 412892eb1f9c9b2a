import { setTimeout as sleep } from 'node:timers/promises';
import { type SitePorts, sendUnits, takeUnits } from '../../../functions/escrow/escrow.ts';
import type { OtherSites, RightsStore } from '../../../functions/escrow/ports.ts';
import { type Site, sites } from './engines.ts';

const patienceMs = 100;
const lossPercent = 10;

/** Between the two sites; loses answers after the work was done, and everything while it is cut. */
export class Network {
  cut = false;
  lostAnswers = 0;
  readonly #stores: Readonly<Record<Site, RightsStore>>;
  readonly #percent: () => number;

  /** `percent` draws from 1 to 100. */
  constructor(stores: Readonly<Record<Site, RightsStore>>, percent: () => number) {
    this.#stores = stores;
    this.#percent = percent;
  }

  portsOf(site: Site): SitePorts {
    const other = otherThan(site);
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
      throw new Error('no way to the other site');
    }
    const result = await work();
    if (!this.cut && this.#percent() > lossPercent) return result;
    this.lostAnswers++;
    throw new Error('the answer was lost');
  }
}

export function otherThan(site: Site): Site {
  return sites.find((one) => one !== site) ?? site;
}
