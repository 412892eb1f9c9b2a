import type { CallCounts } from './counters.ts';
import { deploy, type Outputs } from './deploy.ts';
import { destinationsOf } from './destinations.ts';
import { type EngineId, engines } from './engines.ts';
import { openFrontDoor } from './front-door.ts';
import { Gateway } from './gateway.ts';
import { type Host, startEmbedded, useEndpoint } from './host.ts';
import { type Issuer, startIssuer } from './issuer.ts';
import { watchMemory } from './memory.ts';
import type { Target, TargetCredentials } from './target.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export interface PlatformOptions {
  /** Default: the engine's own. */
  readonly stage?: string;
  /** Port of the API; 0, the default, takes a free one. */
  readonly port?: number;
  readonly onProgress?: (text: string) => void;
  /** Serve the functions from this process, for the inner loop, instead of from the engine's workers. */
  readonly serve?: boolean;
  /** Called when the engine ends by itself. */
  readonly onCrash?: (text: string) => void;
}

export interface Platform {
  /** The API as clients see it. */
  readonly apiUrl: string;
  /** The endpoint for SDK clients: AWS_ENDPOINT_URL. Undefined on AWS itself. */
  readonly endpointUrl: string | undefined;
  readonly engine: EngineId;
  /** False when the engine ran before us and goes on after us. */
  readonly embedded: boolean;
  readonly stage: string;
  readonly region: string;
  readonly credentials: TargetCredentials;
  readonly issuer: Issuer;
  readonly outputs: Outputs;
  readonly workspace: Workspace;
  readonly gateway: Gateway;
  readonly target: Target;
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
  const issuer = await startIssuer();
  stops.add(() => issuer.stop());
  const host = await startHost(options, workspace, gateway, onProgress);
  stops.add(() => host.engine?.stop());
  const { target, forwarder } = host;
  // An endpoint of others may run in a container, which cannot ask an issuer on this machine's loopback for its keys.
  const stage = options.stage ?? (host.engine ? engines[target.engine].defaultStage : 'local-url');
  const outputs = await deploy({ workspace, target, stage, issuer, onProgress });
  const destinations = destinationsOf(target.engine, outputs, forwarder);
  const unbounded = target.engine === 'aws' ? { concurrency: null } : {};
  const door = await openFrontDoor({ port: options.port ?? 0, destinations, counters: gateway.counters, ...unbounded });
  stops.add(() => door.close());
  const memory = watchMemory(host.engine?.pid);
  stops.add(() => memory.stop());
  return {
    apiUrl: door.url,
    endpointUrl: target.endpointUrl,
    engine: target.engine,
    embedded: host.engine !== undefined,
    stage,
    region: target.region,
    credentials: target.credentials,
    issuer,
    outputs,
    workspace,
    gateway,
    target,
    calls: () => gateway.counters.snapshot(),
    memoryMb: () => ({ current: memory.currentMb(), peak: memory.peakMb() }),
    stop: () => stops.run(),
  };
}

async function startHost(
  options: PlatformOptions,
  workspace: Workspace,
  gateway: Gateway,
  onProgress: (text: string) => void,
): Promise<Host> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (endpoint) return useEndpoint(endpoint, gateway);
  const host = await startEmbedded({ workspace, gateway, onProgress });
  void host.engine.crashed.then((text) => options.onCrash?.(text));
  return host;
}
