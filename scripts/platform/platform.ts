import { findStage } from '../../stacks/model/stages/stages.ts';
import type { Iac } from '../cli/iac-name.ts';
import { findDestinations } from './api/destinations.ts';
import { LocalApi, type LocalApiLimits } from './api/local-api.ts';
import { buildThrottles } from './api/throttles.ts';
import { deploy } from './deploy/deploy.ts';
import type { Outputs } from './deploy/deployment.ts';
import { readPartnerSecret } from './deploy/partner-secret.ts';
import { defaultIac } from './deploy/tools.ts';
import { connectEdge } from './edge/deployed-edge.ts';
import { type Edge, type EdgeServer, startEdgeServer } from './edge/server.ts';
import { defaultStages, type EngineId } from './engine/engines.ts';
import { type Host, startEmbedded, useEndpoint } from './engine/host.ts';
import type { Target, TargetCredentials } from './engine/target.ts';
import { type InnerLoop, startInnerLoop } from './functions/inner-loop.ts';
import type { Versions } from './functions/versions.ts';
import type { CallCounts } from './gateway/counters.ts';
import { Gateway } from './gateway/gateway.ts';
import type { Upstream } from './http/forward.ts';
import { type Issuer, startIssuer } from './identity/issuer.ts';
import type { MetricsServer } from './metrics/start-metrics.ts';
import { type Partner, startPartner } from './partner/partner.ts';
import type { PartnerScriptInput } from './partner/script.ts';
import { watchMemory } from './process/memory.ts';
import { Stops } from './process/stops.ts';
import { createWorkspace, type Workspace } from './process/workspace.ts';
import type { Cell } from './regions/cell.ts';

export interface PlatformOptions {
  /** Default: the engine's default stage. */
  readonly stage?: string;
  /** The tool that deploys the stage; default: CDK. */
  readonly iac?: Iac;
  /** Port of the edge, which serves page and API; 0, the default, picks a free one. */
  readonly port?: number;
  /** The partner's initial behaviour; default: no faults. */
  readonly partner?: PartnerScriptInput;
  /** Reports the current step of the start. */
  readonly onProgress?: (text: string) => void;
  /** Rebuilds on save. Functions run in this process, or in the engine's workers with their own roles. */
  readonly innerLoop?: 'one-process' | 'workers';
  /** Serves the platform's metrics, for Prometheus and for people; the functions' metrics only in the inner loop. */
  readonly metrics?: boolean;
  /** Called for each line of the inner loop and of the functions' logs. */
  readonly onLog?: (line: string) => void;
  /** Called when the engine exits unexpectedly. */
  readonly onCrash?: (text: string) => void;
  /** Set if this platform is one of several regions. */
  readonly cell?: Cell<Pick<Platform, 'issuer' | 'partner'>>;
}

export interface Platform {
  /** URL of the CDN in front of storefront and API, for browsers. */
  readonly edgeUrl: string;
  /** The local CDN; undefined on AWS, which has its own. */
  readonly edge: Edge | undefined;
  /** The API without the CDN. */
  readonly apiUrl: string;
  /** The endpoint for SDK clients: AWS_ENDPOINT_URL. Undefined on AWS itself. */
  readonly endpointUrl: string | undefined;
  readonly engine: EngineId;
  /** False for an external engine, which outlives the platform. */
  readonly embedded: boolean;
  /** Parent process of the functions' workers; undefined for an external engine. */
  readonly enginePid: number | undefined;
  /** True when the functions run in this process, without their own roles. */
  readonly servedFromHere: boolean;
  /** Serves a second version of the functions; undefined unless they run in this process. */
  readonly versions: Versions | undefined;
  readonly stage: string;
  readonly iac: Iac;
  readonly region: string;
  readonly credentials: TargetCredentials;
  readonly issuer: Issuer;
  /** Fulfils the orders; its faults can be scripted. */
  readonly partner: Partner;
  readonly partnerUrl: string;
  /** Undefined unless requested. */
  readonly metricsUrl: string | undefined;
  readonly outputs: Outputs;
  readonly workspace: Workspace;
  readonly gateway: Gateway;
  readonly target: Target;
  /** The embedded engine's address, past the gateway and its guard; undefined for an external endpoint. */
  readonly upstream: Upstream | undefined;
  calls(): CallCounts;
  memoryMb(): { readonly current: number; readonly peak: number };
  /** Simulates the loss of a region: kills the engine and stops answering. */
  lose(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts engine, gateway, issuer and local API, and deploys. Everything ends with `stop`, or with this process. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const stops = new Stops();
  try {
    return await start(options, stops);
  } catch (error) {
    await stops.run();
    throw error;
  }
}

/** No limits, because AWS scales on its own. */
const unbounded = { catalog: Infinity, intake: Infinity, stock: Infinity };

/** On AWS, API Gateway throttles by the stage's settings. No engine does, so the local API does it. */
function findLimits(stage: string): LocalApiLimits {
  const { api } = findStage(stage);
  return { throttles: api.kind === 'http-api' ? buildThrottles(api.throttles) : undefined };
}

interface Parts {
  readonly workspace: Workspace;
  readonly gateway: Gateway;
  readonly stops: Stops;
  readonly metrics: MetricsServer | undefined;
  readonly onProgress: (text: string) => void;
  readonly onLog: (line: string) => void;
}

async function start(options: PlatformOptions, stops: Stops): Promise<Platform> {
  const onProgress = options.onProgress ?? (() => {});
  const workspace = createWorkspace();
  stops.add(() => workspace.remove());
  const metrics = options.metrics ? await addMetrics(stageOf(options), stops) : undefined;
  const onLog = options.onLog ?? onProgress;
  const gateway = new Gateway(options.cell?.network);
  const parts: Parts = { workspace, gateway, stops, metrics, onProgress, onLog };
  const servers = await startServers(options, parts);
  const host = await startHost(options, parts);
  if (options.innerLoop !== 'one-process') parts.gateway.faults.enginePid = host.engine?.pid;
  const iac = options.iac ?? defaultIac;
  const { issuer, partner } = servers;
  const { target, stage, engine } = host;
  const embedded = engine !== undefined;
  await options.cell?.beforeDeploy(target);
  const outputs = await deploy({ workspace, target, stage, embedded, issuer, partner, onProgress, iac });
  await tellPartner(partner, host, options.cell?.secrets);
  await host.innerLoop?.connect(target);
  const urls = connectServers(parts, servers, { host, iac, outputs, watch: options.innerLoop !== undefined });
  metrics?.connect({ gateway: parts.gateway, localApi: servers.localApi, edge: urls.edge, host });
  const memory = watchMemory(engine?.pid);
  stops.add(() => memory.stop());
  return {
    ...urls,
    ...describeHost(host, parts, servers),
    servedFromHere: embedded && options.innerLoop === 'one-process',
    versions: host.innerLoop?.versions,
    iac,
    issuer,
    partner,
    partnerUrl: partner.url,
    metricsUrl: metrics?.url,
    outputs,
    calls: () => parts.gateway.counters.snapshot(),
    memoryMb: () => ({ current: memory.currentMb(), peak: memory.peakMb() }),
    stop: () => stops.run(),
  };
}

async function tellPartner(partner: Partner, { target, stage }: StagedHost, secrets: string[] = []): Promise<void> {
  secrets.push(await readPartnerSecret(target, stage));
  partner.accept(secrets);
}

interface Servers {
  readonly localApi: LocalApi;
  readonly edgeServer: EdgeServer;
  readonly issuer: Issuer;
  readonly partner: Partner;
}

/** Starts all listeners before the deployment, which needs their addresses. */
async function startServers(options: PlatformOptions, { gateway, stops }: Parts): Promise<Servers> {
  stops.add(() => gateway.stop());
  await gateway.start();
  const localApi = new LocalApi(gateway.counters);
  stops.add(() => localApi.close());
  await localApi.listen(0);
  const edgeServer = await startEdgeServer(options.port ?? 0);
  stops.add(() => edgeServer.close());
  const others = options.cell?.shared ?? (await startOthers(options, stops));
  others.issuer.allowOrigin(edgeServer.url);
  return { localApi, edgeServer, ...others };
}

/** Starts the external systems, which regions share. */
async function startOthers(options: PlatformOptions, stops: Stops): Promise<Pick<Servers, 'issuer' | 'partner'>> {
  const issuer = await startIssuer();
  stops.add(() => issuer.stop());
  const partner = await startPartner(options.partner ? { script: options.partner } : {});
  stops.add(() => partner.stop());
  return { issuer, partner };
}

interface DeployedStage {
  readonly host: StagedHost;
  readonly iac: Iac;
  readonly outputs: Outputs;
  readonly watch: boolean;
}

/** Opens the local API and the edge to the deployed stage. */
function connectServers(
  { workspace, gateway, stops, onLog }: Parts,
  { localApi, edgeServer }: Servers,
  { host, iac, outputs, watch }: DeployedStage,
): Pick<Platform, 'edgeUrl' | 'edge' | 'apiUrl'> {
  const { target, forwarder, stage } = host;
  const onAws = target.engine === 'aws';
  const destinations = findDestinations(target.engine, outputs, forwarder);
  localApi.connect(destinations, onAws ? { concurrency: unbounded } : findLimits(stage));
  const connected = onAws
    ? undefined
    : connectEdge({ workspace, stage, iac, target, outputs, localApi, gateway, onLog, watch });
  if (connected) {
    stops.add(() => connected.stop());
    edgeServer.connect(connected.edge);
  }
  const edgeUrl = connected ? edgeServer.url : (outputs.EdgeUrl ?? localApi.url);
  return { edgeUrl, edge: connected?.edge, apiUrl: localApi.url };
}

function describeHost(
  { target, engine, stage }: StagedHost,
  { workspace, gateway }: Parts,
  { localApi, edgeServer }: Servers,
) {
  return {
    workspace,
    gateway,
    endpointUrl: target.endpointUrl,
    engine: target.engine,
    embedded: engine !== undefined,
    enginePid: engine?.pid,
    stage,
    region: target.region,
    credentials: target.credentials,
    target,
    upstream: engine?.upstream,
    lose: async () => {
      engine?.kill();
      await Promise.all([gateway.stop(), localApi.close(), edgeServer.close()]);
    },
  };
}

type StagedHost = Host & { readonly stage: string; readonly innerLoop?: InnerLoop };

const stageOf = ({ stage }: PlatformOptions): string =>
  stage ?? (process.env.AWS_ENDPOINT_URL ? defaultStages.endpoint : defaultStages.embedded);

async function addMetrics(stage: string, stops: Stops): Promise<MetricsServer> {
  // Imported on demand, because only some platforms are measured.
  const { startMetrics } = await import('./metrics/start-metrics.ts');
  const metrics = await startMetrics(stage);
  stops.add(() => metrics.close());
  return metrics;
}

function startHost(options: PlatformOptions, parts: Parts): Promise<StagedHost> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  return endpoint ? adoptEndpoint(endpoint, options, parts) : startOwnEngine(options, parts);
}

async function adoptEndpoint(endpoint: string, options: PlatformOptions, parts: Parts): Promise<StagedHost> {
  const host = await useEndpoint(endpoint, parts.gateway);
  const stage = stageOf(options);
  if (!options.innerLoop) return { ...host, stage };
  return { ...host, stage, innerLoop: await addInnerLoop(stage, false, parts) };
}

async function startOwnEngine(options: PlatformOptions, parts: Parts): Promise<StagedHost> {
  const stage = stageOf(options);
  const serve = options.innerLoop === 'one-process';
  // Before the engine, which is told at its start where the functions are served.
  const innerLoop = options.innerLoop ? await addInnerLoop(stage, serve, parts) : undefined;
  const { workspace, gateway, stops, onProgress } = parts;
  const env = innerLoop?.engineEnvironment ?? {};
  const host = await startEmbedded({ workspace, gateway, onProgress, env, region: options.cell?.region });
  stops.add(() => host.engine.stop());
  void host.engine.crashed.then((text) => options.onCrash?.(text));
  return { ...host, stage, ...(innerLoop ? { innerLoop } : {}) };
}

async function addInnerLoop(stage: string, fromOneProcess: boolean, parts: Parts): Promise<InnerLoop> {
  const { workspace, stops, onLog, metrics } = parts;
  const observer = metrics?.observer;
  const innerLoop = await startInnerLoop({ workspace, stage, fromOneProcess, say: onLog, observer });
  stops.add(() => innerLoop.stop());
  return innerLoop;
}
