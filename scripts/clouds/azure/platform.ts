import type { Storage } from '../../../functions/adapters/azure/storage.ts';
import { messagesAtOnce } from '../../../stacks/model/clouds/azure-host.ts';
import { cacheEnvironment } from '../../../stacks/model/environments/cache-environment.ts';
import { fulfilmentEnvironment } from '../../../stacks/model/environments/fulfilment-environment.ts';
import { sweeperEnvironment } from '../../../stacks/model/environments/sweeper-environment.ts';
import { stages, withPartner } from '../../../stacks/model/stages/stages.ts';
import { type Issuer, startIssuer } from '../../platform/identity/issuer.ts';
import { type Partner, startPartner } from '../../platform/partner/partner.ts';
import { lastLines } from '../../platform/process/logs.ts';
import { watchMemory } from '../../platform/process/memory.ts';
import { createWorkspace, type Workspace } from '../../platform/process/workspace.ts';
import { startAzurite } from './azurite.ts';
import { type FunctionApp, startFunctionApp } from './function-app.ts';
import { makeResources } from './resources.ts';

export interface AzurePlatform {
  /** The function app of the API; there is no Front Door in front of it here. */
  readonly apiUrl: string;
  readonly issuer: Issuer;
  readonly partner: Partner;
  readonly storage: Storage;
  readonly apps: readonly FunctionApp[];
  memoryMb(): { readonly current: number; readonly peak: number };
  stop(): Promise<void>;
}

export interface AzureOptions {
  readonly onProgress?: (text: string) => void;
  /** Called when a child ends by itself. */
  readonly onCrash?: (text: string) => void;
  /** How long an order may stand still before the sweeper asks for it again. @default as the local stage says */
  readonly stuckMs?: number;
}

/** In a cloud it is minutes; here what was lost is to be seen sooner. */
const schedules = { events: '*/10 * * * * *', orders: '*/10 * * * * *' };

/** Azurite, the issuer and the function apps; all of it ends with `stop`, and with this process. */
export async function startAzurePlatform({ onProgress = () => {}, onCrash = () => {}, stuckMs }: AzureOptions = {}) {
  const workspace = createWorkspace();
  const ends: (() => unknown)[] = [() => workspace.remove()];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return await start(workspace, { onProgress, onCrash, stuckMs }, ends, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  workspace: Workspace,
  { onProgress, onCrash, stuckMs }: Required<Omit<AzureOptions, 'stuckMs'>> & { readonly stuckMs: number | undefined },
  ends: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<AzurePlatform> {
  onProgress('starting Azurite');
  const azurite = await startAzurite(workspace);
  ends.push(azurite.stop);
  const storage = await makeResources(azurite.connectionString);
  const issuer = await startIssuer();
  ends.push(() => issuer.stop());
  const partner = await startPartner();
  ends.push(() => partner.stop());

  onProgress('starting the function apps');
  const shared = { DATA: azurite.connectionString, LOG_LEVEL: stages.local.logLevel };
  const identity = { OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: issuer.audience };
  const handing = fulfilmentEnvironment(withPartner(stages.local, partner.url));
  const starting = await Promise.allSettled([
    startFunctionApp(workspace, 'api', { ...shared, ...identity, ...cacheEnvironment(stages.local) }),
    startFunctionApp(workspace, 'settlement', shared),
    startFunctionApp(workspace, 'projection', { ...shared, ...handing, SWEEP_SCHEDULE: schedules.events }),
    startFunctionApp(workspace, 'fulfilment', {
      ...shared,
      ...handing,
      ...messagesAtOnce(stages.local.fulfilment.batchSize),
    }),
    startFunctionApp(workspace, 'sweeper', {
      ...shared,
      ...sweeperEnvironment(stages.local),
      ...(stuckMs !== undefined && { STUCK_MS: String(stuckMs) }),
      SWEEPER_SCHEDULE: schedules.orders,
    }),
  ]);
  const apps = starting.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  ends.push(() => Promise.all(apps.map((app) => app.stop())));
  for (const one of starting) if (one.status === 'rejected') throw one.reason;

  let stopping = false;
  ends.push(() => {
    stopping = true;
  });
  for (const app of apps) {
    app.process.once('exit', async (code, signal) => {
      if (!stopping) onCrash(`app ${app.name} ended with ${signal ?? code}\n${await lastLines(app.logFile)}`);
    });
  }
  const watches = [azurite, ...apps].map(({ pid }) => pid);
  const memory = watchMemory(...watches);
  ends.push(() => memory.stop());
  return {
    apiUrl: apps.find(({ url }) => url !== undefined)?.url ?? '',
    issuer,
    partner,
    storage,
    apps,
    memoryMb: () => ({ current: memory.currentMb(), peak: memory.peakMb() }),
    stop,
  };
}
