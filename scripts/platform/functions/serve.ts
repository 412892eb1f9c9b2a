import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { url as debuggerUrl } from 'node:inspector';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import { type Service, serviceNames, services } from '../../../stacks/model/services.ts';
import { concurrencyByService, maxApiBodyBytes } from '../api/capacity.ts';
import { type Clients, clients, type Target, type TargetCredentials } from '../engine/target.ts';
import { readBody } from '../http/body.ts';
import { listen } from '../http/listen.ts';
import { type Problem, sendProblem } from '../http/problem.ts';
import { leaveThreads } from '../process/stop-request.ts';
import type { Builder } from './builder.ts';
import { FunctionPool, type PoolOptions } from './function-pool.ts';
import { roleCredentials, servedSecretVariable } from './role-credentials.ts';
import type { Invocation } from './served-function.ts';
import { SpareThread } from './spare-thread.ts';
import { presentVersion, VersionRouter, type Versions } from './versions.ts';

export interface FunctionServer {
  /** Environment that makes the engine call the functions here instead of in its own workers. */
  readonly engineEnvironment: Readonly<Record<string, string>>;
  /** Reads the environment of the deployed functions (tables, queues), and loads their code. */
  connect(target: Target): Promise<void>;
  /** Uses the new bundle of a service from the next call on. */
  reload(service: Service): void;
  readonly versions: Versions;
  stop(): Promise<void>;
}

export type OnFunctionLog = (service: Service, line: string) => void;

/** A finished invocation. */
export interface Invoked {
  readonly service: Service;
  readonly seconds: number;
  readonly failed: boolean;
  /** Age of the last record in a stream batch. */
  readonly streamAgeSeconds?: number | undefined;
}

export type OnInvoked = (invoked: Invoked) => void;

export interface FunctionHooks {
  readonly onLog: OnFunctionLog;
  readonly onInvoked?: OnInvoked | undefined;
}

/** Maximum event size for an API body, which base64 enlarges by a third. */
const maxBodyBytes = 2 * maxApiBodyBytes;

/** Serves all functions from this process, so that a debugger reaches them and new code needs no deploy. */
export async function serveFunctions(stage: string, builder: Builder, hooks: FunctionHooks): Promise<FunctionServer> {
  const pools = new Map<Service, FunctionPool>();
  const poolOptions = new Map<Service, PoolOptions>();
  let spare: SpareThread | undefined;
  const secret = randomBytes(16).toString('hex');
  const roleSecret = randomBytes(32).toString('hex');
  const versions = routeVersions(poolOptions, hooks.onLog);
  const listener = await listen(
    0,
    'the functions',
    (request, response, { pathname }) =>
      answer({ secret, builder, pools, hooks, versions }, pathname, request, response),
    { maxBodyBytes },
  );
  const load = (service: Service) => renewPool(pools, service, poolOptions.get(service));
  return {
    engineEnvironment: { ...proxyVariables(stage, `${listener.url}/${secret}`), [servedSecretVariable]: roleSecret },
    connect: async (target) => {
      const { lambda } = clients(target);
      const shared = await builder.sharedPackages();
      // With a debugger, each thread has its function's name from the start, so there is no spare.
      spare = shared && debuggerUrl() === undefined ? new SpareThread(shared) : undefined;
      for (const service of serviceNames) {
        const read = await readFunction({ target, lambda, stage, service, builder, roleSecret });
        const log = observed(versions, presentVersion, service, hooks.onLog);
        poolOptions.set(service, { ...read, size: concurrencyByService[service], spare, onLog: log });
        load(service);
      }
      lambda.destroy();
    },
    reload: load,
    versions,
    async stop() {
      spare?.stop();
      await stopPools([...pools.values(), ...versions.pools()]);
      await listener.close();
    },
  };
}

function renewPool(pools: Map<Service, FunctionPool>, service: Service, options: PoolOptions | undefined): void {
  const retired = pools.get(service);
  if (options) pools.set(service, new FunctionPool(options));
  retired?.retire();
}

/** Routes some calls to another version, which runs with the settings of the deployed functions. */
function routeVersions(poolOptions: ReadonlyMap<Service, PoolOptions>, onLog: OnFunctionLog): VersionRouter {
  const router = new VersionRouter((service, { name, bundlePath }) => {
    const options = poolOptions.get(service);
    if (!options) throw new Error(`the function ${service} is not deployed yet`);
    const served = { ...options.served, bundle: bundlePath(service) };
    return new FunctionPool({ ...options, served, onLog: observed(router, name, service, onLog) });
  });
  return router;
}

const observed = (router: VersionRouter, version: string, service: Service, onLog: OnFunctionLog) => (line: string) => {
  router.onLog(version, service, line);
  onLog(service, line);
};

/** Engine variables with a URL for each function. */
const proxyVariables = (stage: string, url: string) =>
  Object.fromEntries(
    serviceNames.map((name) => [`MINISTACK_LAMBDA_PROXY_${physicalName(stage, name)}`, `${url}/${name}`]),
  );

async function stopPools(pools: readonly FunctionPool[]): Promise<void> {
  const ended = await Promise.all(pools.map((pool) => pool.stop()));
  if (ended.includes(false)) leaveThreads();
}

interface FunctionToRead {
  readonly target: Target;
  readonly lambda: Clients['lambda'];
  readonly stage: string;
  readonly service: Service;
  readonly builder: Builder;
  readonly roleSecret: string;
}

/** Reads the settings of a deployed function; its code is the local bundle. */
async function readFunction({ target, lambda, stage, service, builder, roleSecret }: FunctionToRead) {
  const name = physicalName(stage, service);
  const input = { FunctionName: name, Qualifier: aliasName };
  const {
    MemorySize: memoryMb = 128,
    Environment,
    Role = '',
  } = await lambda.send(new GetFunctionConfigurationCommand(input));
  return {
    served: { bundle: builder.bundlePath(service), name, memoryMb },
    env: {
      ...Environment?.Variables,
      ...environment(target, name, memoryMb, roleCredentials(roleSecret, Role)),
    },
  };
}

/** A function's environment in Lambda. */
function environment(target: Target, name: string, memoryMb: number, credentials: TargetCredentials) {
  return {
    AWS_REGION: target.region,
    AWS_DEFAULT_REGION: target.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
    AWS_ENDPOINT_URL: target.endpointUrl ?? '',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    TZ: 'UTC',
  };
}

interface Parts {
  /** First path segment, known only to the engine, so that no other program can invoke a function. */
  readonly secret: string;
  readonly builder: Builder;
  readonly pools: ReadonlyMap<Service, FunctionPool>;
  readonly hooks: FunctionHooks;
  readonly versions: VersionRouter;
}

async function answer(
  { secret, builder, pools, hooks, versions }: Parts,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const service = serviceNames.find((name) => path === `/${secret}/${name}`);
  if (!service || request.method !== 'POST') return sendProblem(response, notServed);
  const invocation = toInvocation(request, (await readBody(request)).toString());
  // A call after a save waits for the rebuild, so that it runs the new code.
  await builder.fresh(service);
  const pool = pools.get(service);
  const begun = performance.now();
  const outcome = pool
    ? await versions.invoke({ service, present: pool, invocation })
    : { errorType: 'Platform.NotReady', errorMessage: `the function ${service} is not deployed yet` };
  const failed = 'errorType' in outcome;
  const seconds = (performance.now() - begun) / 1_000;
  hooks.onInvoked?.({ service, seconds, failed, streamAgeSeconds: readStreamAge(service, invocation.event, seconds) });
  response.writeHead(failed ? 500 : 200, { 'content-type': 'application/json' });
  response.end(failed ? JSON.stringify(outcome) : outcome.result);
}

/** Measured when the function received the batch, like Lambda's metric. */
function readStreamAge(service: Service, event: string, sinceSeconds: number): number | undefined {
  if (services[service].trigger.kind !== 'stream') return undefined;
  const key = '"ApproximateCreationDateTime":';
  const place = event.lastIndexOf(key);
  const created = place < 0 ? Number.NaN : Number.parseFloat(event.slice(place + key.length, place + key.length + 30));
  return Number.isNaN(created) ? undefined : Math.max(0, Date.now() / 1_000 - sinceSeconds - created);
}

const notServed: Problem = {
  status: 404,
  code: 'not_found',
  title: 'Not Found',
  detail: 'Only the engine invokes functions here. Use the API, or Lambda at the AWS endpoint.',
};

function toInvocation(request: IncomingMessage, event: string): Invocation {
  const header = (name: string) => request.headers[`x-amzn-lambda-${name}`]?.toString() ?? '';
  return {
    event,
    requestId: header('request-id'),
    version: header('function-version'),
    arn: header('function-arn'),
    deadlineMs: Number(header('deadline-ms')) || Date.now() + 30_000,
    traceId: request.headers['x-amzn-trace-id']?.toString(),
  };
}
