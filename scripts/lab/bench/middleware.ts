import { onLambda } from '../../../functions/adapters/aws/lambda.ts';
import { httpApi } from '../../../functions/runtime/http.ts';
import { requestEvent } from '../../platform/functions/request-event.ts';

// Runs in its own process so that log lines are discarded; producing them still counts.
const rounds = 15;
const callsPerRound = 4_000;

const answer = async () => ({ status: 200, body: { status: 'ok' } });
const refuseAll = async (): Promise<never> => {
  throw new Error('health is public');
};
const handlers = { health: answer, listProducts: answer, getProduct: answer, getStock: answer };
const wrapped = onLambda(httpApi('catalog', handlers, { authenticate: refuseAll }));
const bare = async () => {
  const { status, body } = await answer();
  return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
};

const event = requestEvent({ rawPath: '/health' });
const context = {
  functionName: 'bench',
  memoryLimitInMB: '256',
  awsRequestId: 'bench',
  getRemainingTimeInMillis: () => 10_000,
};

async function microseconds(call: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  for (let i = 0; i < callsPerRound; i++) await call();
  return ((performance.now() - begun) * 1_000) / callsPerRound;
}

const overheads: number[] = [];
for (let round = 0; round < rounds; round++) {
  const withUs = await microseconds(async () => wrapped(event, context as never, undefined as never));
  overheads.push(withUs - (await microseconds(bare)));
}
process.stderr.write(JSON.stringify({ overheads: overheads.slice(3) }));
