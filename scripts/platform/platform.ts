import { findStage } from '../../stacks/model/stages/stages.ts';
import type { Iac } from '../cli/iac-name.ts';
import { destinationsOf } from './api/destinations.ts';
import { LocalApi, type LocalApiLimits } from './api/local-api.ts';
import { throttlesOf } from './api/throttles.ts';
import { deploy } from './deploy/deploy.ts';
import type { Outputs } from './deploy/deployment.ts';
import { defaultIac } from './deploy/tools.ts';
import { edgeOf } from './edge/deployed-edge.ts';
import { type Edge, startEdgeServer } from './edge/server.ts';
import { defaultStages, type EngineId } from './engine/engines.ts';
import { type Host, startEmbedded, useEndpoint } from './engine/host.ts';
import type { Target, TargetCredentials } from './engine/target.ts';
import { type InnerLoop, startInnerLoop } from './functions/inner-loop.ts';
import type { CallCounts } from './gateway/counters.ts';
import { Gateway } from './gateway/gateway.ts';
import type { Upstream } from './http/forward.ts';
import { type Issuer, startIssuer } from './identity/issuer.ts';
import { type Partner, startPartner } from './partner/partner.ts';
import type { PartnerScriptInput } from './partner/script.ts';
import { watchMemory } from './process/memory.ts';
import { createWorkspace, type Workspace } from './process/workspace.ts';

export interface PlatformOptions {
  /** Default: the engine's own. */
  readonly stage?: string;
  /** Who writes the stage; default: CDK. */
  readonly iac?: Iac;
  /** Port of the edge: page and API in one place; 0, the default, takes a free one. */
  readonly port?: number;
  /** How the partner behaves at first; default: well. */
  readonly partner?: PartnerScriptInput;
  /** What the start is doing now. */
  readonly onProgress?: (text: string) => void;
  /** Rebuild on save: functions served from this process, or from the engine's own workers with their own roles. */
  readonly innerLoop?: 'one-process' | 'workers';
  /** What the inner loop does, and what the functions log. */
  readonly onLog?: (line: string) => void;
  /** Called when the engine ends by itself. */
  readonly onCrash?: (text: string) => void;
}

export interface Platform {
  /** The CDN in front of storefront and API: what people open. */
  readonly edgeUrl: string;
  /** The local CDN; undefined on AWS, which has its own. */
  readonly edge: Edge | undefined;
  /** The API without the CDN. */
  readonly apiUrl: string;
  /** The endpoint for SDK clients: AWS_ENDPOINT_URL. Undefined on AWS itself. */
  readonly endpointUrl: string | undefined;
  readonly engine: EngineId;
  /** False when the engine ran before us and goes on after us. */
  readonly embedded: boolean;
  /** The workers of the functions are its children; undefined for an engine of others. */
  readonly enginePid: number | undefined;
  /** True when the functions run in this process: without roles of their own. */
  readonly servedFromHere: boolean;
  readonly stage: string;
  readonly iac: Iac;
  readonly region: string;
  readonly credentials: TargetCredentials;
  readonly issuer: Issuer;
  /** Who fulfils the orders, and can be told to misbehave. */
  readonly partner: Partner;
  readonly partnerUrl: string;
  readonly outputs: Outputs;
  readonly workspace: Workspace;
  readonly gateway: Gateway;
  readonly target: Target;
  /** Our own engine itself, beside the gateway and its guard; undefined for an endpoint of others. */
  readonly upstream: Upstream | undefined;
  calls(): CallCounts;
  memoryMb(): { readonly current: number; readonly peak: number };
  stop(): Promise<void>;
}

/** Engine, gateway, issuer, deployment and front door; all of it ends with `stop`, and with this process. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const stops = new Stops();
  try {
    return await start(options, stops);
  } catch (error) {
    await stops.run();
    throw error;
  }
}

/** AWS scales by itself. */
const unbounded = { catalog: Infinity, intake: Infinity, stock: Infinity };

/** AWS's API Gateway throttles by the stage's settings; no engine does, so the front door has to. */
function localLimits(stage: string): LocalApiLimits {
  const { api } = findStage(stage);
  return { throttles: api.kind === 'http-api' ? throttlesOf(api.throttles) : undefined };
}

/** What was started, to be stopped in reverse, once. */
class Stops {
  readonly #ends: (() => unknown)[] = [];
  #done: Promise<void> | undefined;

  add(end: () => unknown): void {
    this.#ends.push(end);
  }

  run(): Promise<void> {
    this.#done ??= (async () => {
      for (const end of this.#ends.reverse()) await end();
    })();
    return this.#done;
  }
}

async function start(options: PlatformOptions, stops: Stops): Promise<Platform> {
  const onProgress = options.onProgress ?? (() => {});
  const workspace = createWorkspace();
  stops.add(() => workspace.remove());
  const gateway = new Gateway();
  stops.add(() => gateway.stop());
  await gateway.start();
  const door = new LocalApi(gateway.counters);
  stops.add(() => door.close());
  await door.listen(0);
  const edgeServer = await startEdgeServer(options.port ?? 0);
  stops.add(() => edgeServer.close());
  const issuer = await startIssuer();
  stops.add(() => issuer.stop());
  issuer.allowOrigin(edgeServer.url);
  const partner = await startPartner(options.partner ? { script: options.partner } : {});
  stops.add(() => partner.stop());
  const host = await startHost(options, { workspace, gateway, stops, onProgress, onLog: options.onLog ?? onProgress });
  const { target, forwarder, stage } = host;
  if (options.innerLoop !== 'one-process') gateway.faults.enginePid = host.engine?.pid;
  const iac = options.iac ?? defaultIac;
  const outputs = await deploy({ workspace, target, stage, issuer, partner, onProgress, iac });
  await host.innerLoop?.connect(target);
  const destinations = destinationsOf(target.engine, outputs, forwarder);
  door.connect(destinations, target.engine === 'aws' ? { concurrency: unbounded } : localLimits(stage));
  const onLog = options.onLog ?? onProgress;
  const connected =
    target.engine === 'aws' ? undefined : edgeOf({ workspace, stage, iac, target, outputs, door, gateway, onLog });
  if (connected) {
    stops.add(() => connected.stop());
    edgeServer.connect(connected.edge);
  }
  const memory = watchMemory(host.engine?.pid);
  stops.add(() => memory.stop());
  return {
    edgeUrl: connected ? edgeServer.url : (outputs.EdgeUrl ?? door.url),
    edge: connected?.edge,
    apiUrl: door.url,
    endpointUrl: target.endpointUrl,
    engine: target.engine,
    embedded: host.engine !== undefined,
    enginePid: host.engine?.pid,
    servedFromHere: host.engine !== undefined && options.innerLoop === 'one-process',
    stage,
    iac,
    region: target.region,
    credentials: target.credentials,
    issuer,
    partner,
    partnerUrl: partner.url,
    outputs,
    workspace,
    gateway,
    target,
    upstream: host.engine?.upstream,
    calls: () => gateway.counters.snapshot(),
    memoryMb: () => ({ current: memory.currentMb(), peak: memory.peakMb() }),
    stop: () => stops.run(),
  };
}

interface Parts {
  readonly workspace: Workspace;
  readonly gateway: Gateway;
  readonly stops: Stops;
  readonly onProgress: (text: string) => void;
  readonly onLog: (line: string) => void;
}

type StagedHost = Host & { readonly stage: string; readonly innerLoop?: InnerLoop };

function startHost(options: PlatformOptions, parts: Parts): Promise<StagedHost> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  return endpoint ? adoptEndpoint(endpoint, options, parts) : startOwnEngine(options, parts);
}

async function adoptEndpoint(endpoint: string, options: PlatformOptions, parts: Parts): Promise<StagedHost> {
  const host = await useEndpoint(endpoint, parts.gateway);
  const stage = options.stage ?? defaultStages.endpoint;
  if (!options.innerLoop) return { ...host, stage };
  return { ...host, stage, innerLoop: await addInnerLoop(stage, false, parts) };
}

async function startOwnEngine(options: PlatformOptions, parts: Parts): Promise<StagedHost> {
  const stage = options.stage ?? defaultStages.embedded;
  const serve = options.innerLoop === 'one-process';
  // Before the engine: it is told at its start where the functions are served.
  const innerLoop = options.innerLoop ? await addInnerLoop(stage, serve, parts) : undefined;
  const { workspace, gateway, stops, onProgress } = parts;
  const host = await startEmbedded({ workspace, gateway, onProgress, env: innerLoop?.engineEnvironment ?? {} });
  stops.add(() => host.engine.stop());
  void host.engine.crashed.then((text) => options.onCrash?.(text));
  return { ...host, stage, ...(innerLoop ? { innerLoop } : {}) };
}

async function addInnerLoop(stage: string, fromOneProcess: boolean, parts: Parts): Promise<InnerLoop> {
  const { workspace, stops, onLog } = parts;
  const innerLoop = await startInnerLoop({ workspace, stage, fromOneProcess, say: onLog });
  stops.add(() => innerLoop.stop());
  return innerLoop;
}
