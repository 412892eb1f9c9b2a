import type { Throttle } from '../../../stacks/model/stages/stage-settings.ts';
import { concurrencyByService } from '../../platform/api/capacity.ts';
import { LocalApi } from '../../platform/api/local-api.ts';
import { buildThrottles } from '../../platform/api/throttles.ts';
import { CallCounters } from '../../platform/gateway/counters.ts';
import { Forwarder } from '../../platform/http/forward.ts';

export interface LimitedApi {
  readonly url: string;
  close(): Promise<void>;
}

/** Effectively no limit, for routes that a drill does not load. */
const plenty: Throttle = { ratePerSecond: 10_000, burst: 10_000 };

/**
 * Starts an API in front of the deployed one that sheds load like an AWS stage. `write` is API Gateway's throttle, set
 * by an operator who knows the peak. Requests that get no free concurrency soon are rejected, as at Lambda's
 * concurrency limit. The platform's own API queues 2,000 requests instead, because a real account would scale out.
 */
export async function startLimitedApi(apiUrl: string, write: Throttle = plenty): Promise<LimitedApi> {
  const forwarder = new Forwarder({ url: new URL(apiUrl) });
  const api = new LocalApi(new CallCounters());
  await api.listen(0);
  const to = { forwarder, path: (path: string) => path, host: new URL(apiUrl).host };
  api.connect(
    { catalog: to, intake: to, stock: to },
    {
      concurrency: concurrencyByService,
      longestQueue: concurrencyByService.intake,
      throttles: buildThrottles({ read: plenty, write, admin: plenty }),
    },
  );
  return {
    url: api.url,
    close: async () => {
      await api.close();
      forwarder.close();
    },
  };
}
