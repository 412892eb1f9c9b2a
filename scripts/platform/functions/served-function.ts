import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/** A thread as one execution environment of one function. Loads the bundle once and handles one call at a time. */
export interface ServedFunction {
  readonly bundle: string;
  readonly name: string;
  readonly memoryMb: number;
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

const { bundle, name, memoryMb } = workerData as ServedFunction;
process.setSourceMapsEnabled(true);
const { handler } = createRequire(import.meta.url)(bundle) as {
  handler: (event: unknown, context: object) => Promise<unknown>;
};

parentPort?.on('message', (invocation: Invocation) => {
  void invoke(invocation).then((outcome) => parentPort?.postMessage(outcome));
});

async function invoke(invocation: Invocation): Promise<Outcome> {
  if (invocation.traceId) process.env._X_AMZN_TRACE_ID = invocation.traceId;
  try {
    const result = await handler(JSON.parse(invocation.event), toContext(invocation));
    return { result: JSON.stringify(result) ?? '' };
  } catch (error) {
    const { name: errorType, message, stack } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`${stack ?? message}\n`);
    return { errorType, errorMessage: message };
  }
}

function toContext({ requestId, version, arn, deadlineMs }: Invocation): object {
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
