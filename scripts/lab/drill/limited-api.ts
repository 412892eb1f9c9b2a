import type { Throttle } from '../../../stacks/model/stages/stage-settings.ts';
import { concurrencyByService } from '../../platform/api/capacity.ts';
import { LocalApi } from '../../platform/api/local-api.ts';
import { throttlesOf } from '../../platform/api/throttles.ts';
import { CallCounters } from '../../platform/gateway/counters.ts';
import { Forwarder } from '../../platform/http/forward.ts';

export interface Door {
  readonly url: string;
  close(): Promise<void>;
}

/** Nobody loads the other routes in a drill. */
const plenty: Throttle = { ratePerSecond: 10_000, burst: 10_000 };

/**
 * A front door before the deployed one, that sheds as a stage of AWS does: `write` is the throttle of API Gateway, set as
 * an operator would who knows the peak, and what finds no free place soon is refused, as Lambda does at its limit of
 * concurrency. The platform's own door lets 2,000 wait, because a real account would grow instead.
 */
export async function shedding(apiUrl: string, write: Throttle = plenty): Promise<Door> {
  const forwarder = new Forwarder({ url: new URL(apiUrl) });
  const door = new LocalApi(new CallCounters());
  await door.listen(0);
  const to = { forwarder, path: (path: string) => path, host: new URL(apiUrl).host };
  const { catalog, intake, stock } = concurrencyByService;
  door.connect(
    { catalog: to, intake: to, stock: to },
    {
      concurrency: { catalog, intake, stock },
      longestQueue: intake,
      throttles: throttlesOf({ read: plenty, write, admin: plenty }),
    },
  );
  return {
    url: door.url,
    close: async () => {
      await door.close();
      forwarder.close();
    },
  };
}
