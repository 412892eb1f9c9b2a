import { ShopClient } from '../../../sale/client.ts';
import { cachedTokens } from '../../../sale/place-orders.ts';
import { type Visit, visit, type Wish } from '../customers.ts';
import type { DrillSystem } from '../drill.ts';
import type { Router } from './router.ts';

/** A customer's attempts to place one order, with the regions involved. */
export interface RegionVisit extends Visit {
  /** Region of the customer's requests while both regions are healthy. */
  readonly home: string;
  /** Region of the last answer; undefined if there was none. */
  readonly region: string | undefined;
}

export interface RegionCustomers {
  readonly visits: readonly RegionVisit[];
  readonly tokenOf: (customer: string) => Promise<string>;
  /** Number of requests waiting for an answer. */
  readonly underWay: () => number;
  /** Routes each attempt through the router at that moment, always with the same key. */
  order(wish: Wish, at: number): Promise<void>;
}

const patienceMs = 120_000;

export function openCustomers(issuer: DrillSystem['issuer'], router: Router): RegionCustomers {
  const tokenOf = cachedTokens(issuer);
  const visits: RegionVisit[] = [];
  let underWay = 0;
  return {
    visits,
    tokenOf,
    underWay: () => underWay,
    order: async (wish, clickedAt) => {
      const token = await tokenOf(wish.customer);
      let region: string | undefined;
      const shop: Pick<ShopClient, 'once'> = {
        once: async (call) => {
          const place = router.route(wish.customer);
          underWay++;
          const answer = await new ShopClient(place.url).once<never>(call).finally(() => underWay--);
          region = place.region;
          return answer;
        },
      };
      const made: Visit[] = [];
      await visit(shop, wish, { token, clickedAt, patienceMs }, made);
      const home = router.homeOf(wish.customer).region;
      visits.push(...made.map((one) => ({ ...one, home, region })));
    },
  };
}
