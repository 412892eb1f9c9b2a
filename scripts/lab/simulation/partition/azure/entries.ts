import { countMetrics } from '../../count-metrics.ts';
import { partnerUrl } from '../../partner.ts';
import { type ServiceParts, type Services, toSettings } from '../../services.ts';
import { type ColdStart, hookEntries, loadEntry } from '../../world/entry-source.ts';
import { Environments } from '../../world/environments.ts';
import { issuer, servePublicKeys, verifyAtOnce } from '../../world/issuer.ts';
import { type Message, Queue } from '../../world/queue.ts';
import type { Scheduler } from '../../world/scheduler.ts';
import { connectQueues, serveVault } from './cloud.ts';
import { Functions, host } from './sdk.ts';

const sdk = new URL('sdk.ts', import.meta.url);
hookEntries('azure', {
  ...{ '@azure/functions': sdk, '@azure/data-tables': sdk, '@azure/storage-queue': sdk, '@azure/identity': sdk },
  '../adapters/azure/table-store.ts': sdk,
});
Object.assign(process.env, {
  ...{ DATA: 'a connection string', DATA__clientId: 'simulated', STAGE: 'simulated', PARTNER_URL: partnerUrl },
  ...{
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    PARTNER_SECRET: 'https://vault.invalid/secrets/partner',
  },
  ...{ CACHE_BROWSER_SECONDS: '0', CACHE_EDGE_SECONDS: '0', CACHE_STALE_SECONDS: '0', CACHE_ERROR_SECONDS: '0' },
  ...{ CACHE_FUNCTION_MS: '0', CANCELLABLE_MS: '0', GIVE_UP_MS: '0', BREAKER_OPEN_MS: '0', STUCK_MS: '1' },
});

const entries = {
  intake: await loadEntry('intake', 'azure'),
  stock: await loadEntry('stock', 'azure'),
  catalog: await loadEntry('catalog', 'azure'),
  settlement: await loadEntry('settlement', 'azure'),
  projection: await loadEntry('projection', 'azure'),
  fulfilment: await loadEntry('fulfilment', 'azure'),
  sweeper: await loadEntry('sweeper', 'azure'),
};
await verifyAtOnce();

/** Must match `functions/adapters/azure/host.json`. */
const outboxRules = {
  work: 'relay',
  hideMs: 60_000,
  maxReceives: 5,
  batch: 16,
  windowMs: 50,
  twice: 0.1,
  forget: 0.03,
};

/** The Azure entries, each in its own environments. */
export function azureServices({ scheduler, world, platform, counts, partner, sweeper }: ServiceParts): Services {
  countMetrics(counts);
  servePublicKeys(world.calls);
  serveVault(world.calls);
  const start = (entry: keyof typeof entries, settings?: Readonly<Record<string, number>>) =>
    new Environments(scheduler, () => begin(entries[entry], settings));
  const apis = { intake: start('intake'), stock: start('stock'), catalog: start('catalog') };
  const projection = start('projection', { CANCELLABLE_MS: partner?.cancellableMs ?? 0 });
  const outbox = new Queue(scheduler, outboxRules, onMessages(scheduler, projection, 'relayEvents'));
  connectQueues(world, outbox);
  const timer = (environments: Environments<Functions>, name: string) => () =>
    environments.invoke((functions) => functions.call(name, { bytes: Buffer.of(), id: 'timer' }));
  return {
    lags: platform.lags,
    verifiesTokens: true,
    call: (service, event) => apis[service].invoke((functions) => functions.answer(event)),
    settle: onMessages(scheduler, start('settlement'), 'settleOrder'),
    project: () => Promise.reject(new Error('no stream on Azure')),
    sendEvent: (body) => outbox.send(body),
    relay: timer(projection, 'sweepEvents'),
    ...(partner && { fulfil: onMessages(scheduler, start('fulfilment', toSettings(partner)), 'fulfilOrder') }),
    ...(sweeper && { sweep: timer(start('sweeper', toSettings(sweeper)), 'sweepOrders') }),
    // The bus has static rules, and no queue subscribes to the other events.
    busTypes: ['OrderConfirmed'],
  };
}

function begin(entry: ColdStart, settings?: Readonly<Record<string, number>>): Functions {
  host.functions = new Functions();
  entry(settings);
  return host.functions;
}

/** The host passes several messages to a process at once, and redelivers those whose function failed. */
function onMessages(scheduler: Scheduler, environments: Environments<Functions>, name: string) {
  return async (messages: readonly Message[]) => {
    const failed = new Set<string>();
    const work = (functions: Functions) =>
      Promise.all(
        messages.map(({ id, body }) =>
          functions.call(name, { bytes: Buffer.from(body), id }).catch((error: Error) => {
            scheduler.trace(id, error.name);
            failed.add(id);
          }),
        ),
      );
    await environments.invoke(work);
    return failed;
  };
}
