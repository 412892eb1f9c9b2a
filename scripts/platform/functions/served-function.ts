import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/** A thread that serves as one execution environment: loads a function's bundle once and handles one call at a time. */
export interface ServedFunction {
  readonly bundle: string;
  readonly name: string;
  readonly memoryMb: number;
}

/** Packages that a thread loads before it is assigned a function. */
export interface Preload {
  /** The file of linked packages. */
  readonly file: string;
  readonly packages: readonly string[];
}

/** The first message: the thread's function and its whole environment. */
export interface Assignment {
  readonly served: ServedFunction;
  readonly env: Readonly<Record<string, string>>;
}

export interface Invocation {
  readonly event: string;
  readonly requestId: string;
  readonly version: string;
  readonly arn: string;
  readonly deadlineMs: number;
  readonly traceId: string | undefined;
}

export type Outcome = { readonly result: string } | { readonly errorType: string; readonly errorMessage: string };

type Handler = (event: unknown, context: object) => Promise<unknown>;

const require = createRequire(import.meta.url);
const preload = workerData as Preload | undefined;
process.setSourceMapsEnabled(true);
if (preload) {
  const linked = require(preload.file) as Readonly<Record<string, () => object>>;
  for (const name of preload.packages) linked[name]?.();
}

parentPort?.once('message', ({ served, env }: Assignment) => {
  Object.assign(process.env, env);
  const { handler } = require(served.bundle) as { handler: Handler };
  parentPort?.on('message', (invocation: Invocation) => {
    void invoke(served, handler, invocation).then((outcome) => parentPort?.postMessage(outcome));
  });
});

async function invoke(served: ServedFunction, handler: Handler, invocation: Invocation): Promise<Outcome> {
  if (invocation.traceId) process.env._X_AMZN_TRACE_ID = invocation.traceId;
  try {
    const result = await handler(JSON.parse(invocation.event), toContext(served, invocation));
    return { result: JSON.stringify(result) ?? '' };
  } catch (error) {
    const { name: errorType, message, stack } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`${stack ?? message}\n`);
    return { errorType, errorMessage: message };
  }
}

function toContext({ name, memoryMb }: ServedFunction, { requestId, version, arn, deadlineMs }: Invocation): object {
  return {
    functionName: name,
    functionVersion: version,
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}
