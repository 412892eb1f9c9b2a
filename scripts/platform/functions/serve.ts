import type { IncomingMessage, ServerResponse } from 'node:http';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import { concurrencyByService, type ServiceName, services } from '../api/capacity.ts';
import { clients, type Target } from '../engine/target.ts';
import { engineGuard } from '../http/guard.ts';
import { listen } from '../http/listen.ts';
import { sendProblem } from '../http/problem.ts';
import type { Builder } from './builder.ts';
import { FunctionPool } from './function-pool.ts';
import type { Invocation } from './served-function.ts';

export interface FunctionServer {
  /** Tells the engine, at its start, to call the functions here instead of in workers of its own. */
  readonly engineEnvironment: Readonly<Record<string, string>>;
  /** Reads names of tables and queues from the deployed functions, and loads their code. */
  connect(target: Target): Promise<void>;
  /** Runs the new bundle of a service from the next call on. */
  reload(service: ServiceName): void;
  stop(): Promise<void>;
}

export type OnFunctionLog = (service: ServiceName, line: string) => void;

/** Serves all functions from this process: a debugger reaches them, and new code needs no deploy. */
export async function serveFunctions(stage: string, builder: Builder, onLog: OnFunctionLog): Promise<FunctionServer> {
  const pools = new Map<ServiceName, FunctionPool>();
  const makePool = new Map<ServiceName, () => FunctionPool>();
  const listener = await listen(0, 'the functions', (request, response) => {
    const problem = engineGuard(listener.port)(request.headers);
    if (problem) return sendProblem(response, problem);
    void answer(request, response, builder, pools);
  });
  const load = (service: ServiceName) => {
    const retired = pools.get(service);
    const create = makePool.get(service);
    if (create) pools.set(service, create());
    retired?.retire();
  };
  return {
    engineEnvironment: Object.fromEntries(
      services.map((name) => [`MINISTACK_LAMBDA_PROXY_${physicalName(stage, name)}`, `${listener.url}/${name}`]),
    ),
    connect: async (target) => {
      const { lambda } = clients(target);
      for (const service of services) {
        const input = { FunctionName: physicalName(stage, service), Qualifier: aliasName };
        const configuration = await lambda.send(new GetFunctionConfigurationCommand(input));
        const name = input.FunctionName;
        const memoryMb = configuration.MemorySize ?? 128;
        const env = environment(target, name, memoryMb, configuration.Environment?.Variables ?? {});
        const served = { bundle: builder.bundleOf(service), name, memoryMb };
        const options = {
          served,
          env,
          size: concurrencyByService[service],
          onLog: (line: string) => onLog(service, line),
        };
        makePool.set(service, () => new FunctionPool(options));
        load(service);
      }
      lambda.destroy();
    },
    reload: load,
    stop: async () => {
      for (const pool of pools.values()) pool.retire();
      await listener.close();
    },
  };
}

/** What Lambda gives a function, except its role's credentials: here they are the root's. */
function environment(target: Target, name: string, memoryMb: number, variables: Record<string, string>) {
  return {
    ...variables,
    AWS_REGION: target.region,
    AWS_DEFAULT_REGION: target.region,
    AWS_ACCESS_KEY_ID: target.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: target.credentials.secretAccessKey,
    AWS_ENDPOINT_URL: target.endpointUrl ?? '',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    TZ: 'UTC',
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  builder: Builder,
  pools: ReadonlyMap<ServiceName, FunctionPool>,
): Promise<void> {
  const invocation = invocationOf(request, await readBody(request));
  const service = (request.url ?? '').slice(1) as ServiceName;
  // A call that comes after a save waits for the rebuild: otherwise the save would seem without effect.
  await builder.fresh(service);
  const pool = pools.get(service);
  const outcome = pool
    ? await pool.invoke(invocation)
    : { errorType: 'Platform.NotReady', errorMessage: `no function is served at ${request.url}` };
  const failed = 'errorType' in outcome;
  response.writeHead(failed ? 500 : 200, { 'content-type': 'application/json' });
  response.end(failed ? JSON.stringify(outcome) : outcome.result);
}

function invocationOf(request: IncomingMessage, event: string): Invocation {
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

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}
