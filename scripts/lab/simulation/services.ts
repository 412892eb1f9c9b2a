import { authorizerClaims } from '../../../functions/adapters/aws/lambda/authorizer.ts';
import { catalogApi } from '../../../functions/catalog/api.ts';
import type { HttpEvent, HttpResult } from '../../../functions/contracts/http-event.ts';
import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import type { ApiService } from '../../../functions/contracts/routes.ts';
import { intakeApi } from '../../../functions/intake/api.ts';
import type { Counter } from '../../../functions/ports/runtime.ts';
import { authenticator } from '../../../functions/runtime/identity.ts';
import { stockApi } from '../../../functions/stock/api.ts';
import type { PartnerPlan, SweeperPlan } from './plan.ts';
import type { Lags, Platform, World } from './platform.ts';
import type { RuntimePorts } from './runtime.ts';
import { projectBatch, settleBatch } from './workers.ts';
import { Environments } from './world/environments.ts';
import type { Report } from './world/outcome.ts';
import type { Message } from './world/queue.ts';
import type { Scheduler } from './world/scheduler.ts';
import type { StreamRecord } from './world/stream.ts';

/** The services of a cloud, and the maximum age of their answers. */
export interface Services {
  readonly lags: Lags;
  call(service: ApiService, event: HttpEvent): Promise<HttpResult>;
  readonly settle: Consume<Message>;
  readonly project: Consume<StreamRecord<unknown>>;
  /** Only with a partner. */
  readonly fulfil?: Consume<Message>;
  /** Whether the functions verify tokens themselves; otherwise a gateway does. */
  readonly verifiesTokens?: boolean;
  /** Only with a sweeper. */
  readonly sweep?: () => Promise<void>;
  /** Sends to the projection's queue, if it has one. */
  readonly sendEvent?: (body: string) => void;
  /** The entry's timer, in place of the platform's own job: relays events that their writer did not publish. */
  readonly relay?: () => Promise<void>;
  /** Event types with a subscriber on the bus; absent if it takes all. */
  readonly busTypes?: readonly OrderEvent['type'][];
}

/** The parts of a run that services need. */
export interface ServiceParts {
  readonly platform: Platform;
  readonly world: World;
  readonly runtime: RuntimePorts;
  readonly scheduler: Scheduler;
  readonly report: Report;
  /** Collects the functions' counters. */
  readonly counts: Map<Counter, number>;
  readonly partner: PartnerPlan | undefined;
  readonly sweeper: SweeperPlan | undefined;
}

/** Runs a function on a batch; returns the ids of failed entries. */
export type Consume<Entry> = (batch: readonly Entry[]) => Promise<ReadonlySet<string>>;

const noCache = {
  CACHE_BROWSER_SECONDS: 0,
  CACHE_EDGE_SECONDS: 0,
  CACHE_STALE_SECONDS: 0,
  CACHE_ERROR_SECONDS: 0,
  CACHE_FUNCTION_MS: 0,
};

/** Settings of fulfilment or of the sweeper that vary by run. */
export function toSettings(plan: PartnerPlan | SweeperPlan): Readonly<Record<string, number>> {
  const { cancellableMs: CANCELLABLE_MS } = plan;
  if ('stuckMs' in plan) return { CANCELLABLE_MS, STUCK_MS: plan.stuckMs };
  return { CANCELLABLE_MS, GIVE_UP_MS: plan.giveUpMs, BREAKER_OPEN_MS: plan.openMs };
}

/** The real API and workers over a platform's ports, without entries, which would need a cloud's host. */
export function composeServices({ platform, runtime, scheduler }: ServiceParts): Services {
  const { ports, lags } = platform;
  const all = { ...ports, ...runtime };
  const apiOptions = { authenticate: authenticator({}, authorizerClaims) };
  const environments = {
    intake: new Environments(scheduler, () => intakeApi(all, apiOptions)),
    stock: new Environments(scheduler, () => stockApi(all, apiOptions)),
    catalog: new Environments(scheduler, () => catalogApi(all, noCache, undefined)),
  };
  return {
    lags,
    call: (service, event) => environments[service].invoke((api) => api(event)),
    settle: (messages) => settleBatch(messages, platform, runtime),
    project: (records) => projectBatch(records, platform, runtime),
  };
}
