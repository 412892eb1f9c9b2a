import type { Storage } from '../../../functions/adapters/azure/storage.ts';
import { messagesAtOnce } from '../../../stacks/model/clouds/azure-host.ts';
import { cacheEnvironment } from '../../../stacks/model/environments/cache-environment.ts';
import { sweeperEnvironment } from '../../../stacks/model/environments/sweeper-environment.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { type Issuer, startIssuer } from '../../platform/identity/issuer.ts';
import { startLocalPartner } from '../../platform/partner/local-partner.ts';
import type { Partner } from '../../platform/partner/partner.ts';
import { lastLines } from '../../platform/process/logs.ts';
import { watchMemory } from '../../platform/process/memory.ts';
import { createWorkspace, type Workspace } from '../../platform/process/workspace.ts';
import { startAzurite } from './azurite.ts';
import { type FunctionApp, startFunctionApp } from './function-app.ts';
import { createResources } from './resources.ts';

export interface AzurePlatform {
  /** The URL of the API's function app; locally, Azure Front Door is left out. */
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
  /** Called when a child exits unexpectedly. */
  readonly onCrash?: (text: string) => void;
  /** How long an order may make no progress before the sweeper re-enqueues it. @default the local stage's value */
  readonly stuckMs?: number;
}

type Cleanup = () => unknown;

/** How often each timer fires. Minutes in a cloud; shorter here, so that a local run need not wait. */
const schedule = '*/10 * * * * *';

/** Starts Azurite, the issuer and the function apps; all of it ends with `stop`, or with this process. */
export async function startAzurePlatform({ onProgress = () => {}, onCrash = () => {}, stuckMs }: AzureOptions = {}) {
  const workspace = createWorkspace();
  const cleanups: Cleanup[] = [() => workspace.remove()];
  const stop = async () => {
    for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
  };
  try {
    return await start(workspace, { onProgress, onCrash, stuckMs }, cleanups, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  workspace: Workspace,
  { onProgress, onCrash, stuckMs }: Required<Omit<AzureOptions, 'stuckMs'>> & { readonly stuckMs: number | undefined },
  cleanups: Cleanup[],
  stop: () => Promise<void>,
): Promise<AzurePlatform> {
  onProgress('starting Azurite');
  const azurite = await startAzurite(workspace);
  cleanups.push(azurite.stop);
  const storage = await createResources(azurite.connectionString);
  const issuer = await startIssuer();
  cleanups.push(() => issuer.stop());
  const { partner, environment } = await startLocalPartner(workspace);
  cleanups.push(() => partner.stop());

  onProgress('starting the function apps');
  const started = await startApps(workspace, {
    connectionString: azurite.connectionString,
    ...{ issuer, environment, stuckMs },
  });
  const apps = started.flatMap((app) => (app.status === 'fulfilled' ? [app.value] : []));
  cleanups.push(() => Promise.all(apps.map((app) => app.stop())));
  for (const app of started) if (app.status === 'rejected') throw app.reason;
  cleanups.push(watchForCrashes(apps, onCrash));
  const memory = watchMemory(azurite.pid, ...apps.map(({ pid }) => pid));
  cleanups.push(() => memory.stop());
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

interface AppSettings {
  readonly connectionString: string;
  readonly issuer: Issuer;
  /** Only for functions that call the partner. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stuckMs: number | undefined;
}

function startApps(workspace: Workspace, { connectionString, issuer, environment, stuckMs }: AppSettings) {
  const shared = { DATA: connectionString, LOG_LEVEL: stages.local.logLevel };
  const identity = { OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: issuer.audience };
  return Promise.allSettled([
    startFunctionApp(workspace, 'api', { ...shared, ...identity, ...cacheEnvironment(stages.local) }),
    startFunctionApp(workspace, 'settlement', shared),
    startFunctionApp(workspace, 'projection', { ...shared, ...environment, SWEEP_SCHEDULE: schedule }),
    startFunctionApp(workspace, 'fulfilment', {
      ...shared,
      ...environment,
      ...messagesAtOnce(stages.local.fulfilment.batchSize),
    }),
    startFunctionApp(workspace, 'sweeper', {
      ...shared,
      ...sweeperEnvironment(stages.local),
      ...(stuckMs !== undefined && { STUCK_MS: String(stuckMs) }),
      SWEEPER_SCHEDULE: schedule,
    }),
  ]);
}

/** @returns a function that ends the watch */
function watchForCrashes(apps: readonly FunctionApp[], onCrash: (text: string) => void): () => void {
  let stopping = false;
  for (const app of apps) {
    app.process.once('exit', async (code, signal) => {
      if (!stopping) onCrash(`app ${app.name} exited with ${signal ?? code}\n${await lastLines(app.logFile)}`);
    });
  }
  return () => {
    stopping = true;
  };
}
