import type { IncomingMessage, ServerResponse } from 'node:http';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import { type Service, serviceNames } from '../../../stacks/model/services.ts';
import { concurrencyByService } from '../api/capacity.ts';
import { type Clients, clients, type Target } from '../engine/target.ts';
import { engineGuard } from '../http/guard.ts';
import { listen } from '../http/listen.ts';
import { sendProblem } from '../http/problem.ts';
import type { Builder } from './builder.ts';
import { FunctionPool, type PoolOptions } from './function-pool.ts';
import type { Invocation } from './served-function.ts';

export interface FunctionServer {
  /** Makes the engine call the functions here instead of in its own workers; set at its start. */
  readonly engineEnvironment: Readonly<Record<string, string>>;
  /** Reads the environment of the deployed functions (tables, queues), and loads their code. */
  connect(target: Target): Promise<void>;
  /** Uses the new bundle of a service from the next call on. */
  reload(service: Service): void;
  stop(): Promise<void>;
}

export type OnFunctionLog = (service: Service, line: string) => void;

/** Serves all functions from this process, so that a debugger reaches them and new code needs no deploy. */
export async function serveFunctions(stage: string, builder: Builder, onLog: OnFunctionLog): Promise<FunctionServer> {
  const pools = new Map<Service, FunctionPool>();
  const poolOptions = new Map<Service, PoolOptions>();
  const listener = await listen(0, 'the functions', (request, response) => {
    const problem = engineGuard(listener.port)(request.headers);
    if (problem) return sendProblem(response, problem);
    void answer(request, response, builder, pools);
  });
  const load = (service: Service) => {
    const retired = pools.get(service);
    const options = poolOptions.get(service);
    if (options) pools.set(service, new FunctionPool(options));
    retired?.retire();
  };
  return {
    engineEnvironment: Object.fromEntries(
      serviceNames.map((name) => [`MINISTACK_LAMBDA_PROXY_${physicalName(stage, name)}`, `${listener.url}/${name}`]),
    ),
    connect: async (target) => {
      const { lambda } = clients(target);
      for (const service of serviceNames) {
        const { served, env } = await readFunction(target, lambda, stage, service, builder);
        const size = concurrencyByService[service];
        poolOptions.set(service, { served, env, size, onLog: (line) => onLog(service, line) });
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

/** The settings of a deployed function, with the local bundle as its code. */
async function readFunction(
  target: Target,
  lambda: Clients['lambda'],
  stage: string,
  service: Service,
  builder: Builder,
): Promise<Pick<PoolOptions, 'served' | 'env'>> {
  const name = physicalName(stage, service);
  const input = { FunctionName: name, Qualifier: aliasName };
  const { MemorySize: memoryMb = 128, Environment } = await lambda.send(new GetFunctionConfigurationCommand(input));
  return {
    served: { bundle: builder.bundlePath(service), name, memoryMb },
    env: environment(target, name, memoryMb, Environment?.Variables ?? {}),
  };
}

/** Lambda's environment of a function, but with root credentials instead of its role's. */
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
  pools: ReadonlyMap<Service, FunctionPool>,
): Promise<void> {
  const invocation = toInvocation(request, await readBody(request));
  const service = (request.url ?? '').slice(1) as Service;
  // A call after a save waits for the rebuild; otherwise it would still run the old code.
  await builder.fresh(service);
  const pool = pools.get(service);
  const outcome = pool
    ? await pool.invoke(invocation)
    : { errorType: 'Platform.NotReady', errorMessage: `no function is served at ${request.url}` };
  const failed = 'errorType' in outcome;
  response.writeHead(failed ? 500 : 200, { 'content-type': 'application/json' });
  response.end(failed ? JSON.stringify(outcome) : outcome.result);
}

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

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
