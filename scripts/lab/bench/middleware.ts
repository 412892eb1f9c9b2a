import { randomBytes } from 'node:crypto';
import { onLambda } from '../../../functions/adapters/aws/lambda/on-lambda.ts';
import type { HttpAnswer } from '../../../functions/runtime/http.ts';
import { logger } from '../../../functions/runtime/log.ts';
import { publishMetrics } from '../../../functions/runtime/observe.ts';
import { httpApi } from '../../../functions/runtime/orders-http.ts';
import { continueTrace } from '../../../functions/runtime/trace.ts';
import { requestEvent } from '../../platform/functions/request-event.ts';

// Runs in its own process so that log lines are discarded; producing them still counts.
const rounds = 15;
const warmUpRounds = 3;
const callsPerRound = 4_000;

const answer = async () => ({ status: 200, body: { status: 'ok' } });
const refuseAll = async (): Promise<never> => {
  throw new Error('health is public');
};
const handlers = { health: answer, listProducts: answer, getProduct: answer, getStock: answer };
const api = httpApi('catalog', handlers, { authenticate: refuseAll });
const event = requestEvent({ rawPath: '/health' });
const context = {
  ...{ functionName: 'bench', memoryLimitInMB: '256', awsRequestId: 'bench', invokedFunctionArn: 'arn' },
  getRemainingTimeInMillis: () => 10_000,
} as never;

const toResult = ({ status, body }: HttpAnswer, headers: object = {}) => ({
  statusCode: status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
const bare = async () => toResult(await answer());
const counts = new Map<string, number>();

/** The features of our middleware, handwritten for one route: the baseline without any library. */
async function byHand({ rawPath }: typeof event, of: { readonly functionName: string; readonly awsRequestId: string }) {
  const begun = performance.now();
  const trace = randomBytes(24).toString('hex');
  let result: HttpAnswer;
  try {
    result = rawPath === '/health' ? await answer() : { status: 404 };
  } catch {
    result = { status: 500, body: { code: 'INTERNAL_ERROR', traceId: trace.slice(0, 32) } };
  }
  const ms = Math.round(performance.now() - begun);
  const line = { level: 'INFO', message: 'answered', timestamp: new Date().toISOString(), service: 'bench' };
  const fields = { cold_start: false, function_name: of.functionName, function_request_id: of.awsRequestId };
  const own = { traceId: trace.slice(0, 32), route: 'health', status: result.status, ms };
  process.stdout.write(`${JSON.stringify({ ...line, ...fields, ...own })}\n`);
  if (counts.size > 0) process.stdout.write(`${JSON.stringify(Object.fromEntries(counts))}\n`);
  return toResult(result, { 'cache-control': 'no-store', 'x-trace-id': trace.slice(0, 32) });
}

const wrapped = onLambda(api);
const wrappedBare = onLambda(bare);
const parts: Readonly<Record<string, () => unknown>> = {
  bare,
  byHand: () => byHand(event, context),
  ours: () => wrapped(event, context, undefined as never),
  'middy, context and metrics around it': () => wrappedBare(event, context, undefined as never),
  'the log line': () => logger.info('answered', { traceId: 'x', route: 'health', status: 200, ms: 1 }),
  'the trace': () => continueTrace(undefined),
  'the context': () => logger.addContext(context),
  metrics: publishMetrics,
};

/** Microseconds per call: elapsed time, and CPU time, which is less sensitive to other load. */
async function measure(call: () => unknown): Promise<[elapsed: number, cpu: number]> {
  const begun = performance.now();
  const before = process.cpuUsage();
  for (let i = 0; i < callsPerRound; i++) await call();
  const { user, system } = process.cpuUsage(before);
  return [((performance.now() - begun) * 1_000) / callsPerRound, (user + system) / callsPerRound];
}

const results = Object.fromEntries(Object.keys(parts).map((name) => [name, [] as [number, number][]]));
for (let round = 0; round < rounds; round++)
  for (const [name, call] of Object.entries(parts)) {
    const result = await measure(call);
    if (round >= warmUpRounds) results[name]?.push(result);
  }
process.stderr.write(JSON.stringify(results));
