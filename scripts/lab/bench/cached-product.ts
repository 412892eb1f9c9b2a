import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { CliError } from '../../cli/cli.ts';
import { listen } from '../../platform/http/listen.ts';
import { percentiles } from '../../sale/place-orders.ts';
import type { Rate, RateOptions } from './answer-rate.ts';

export interface CachedProduct {
  /** Answers per second; all figures are medians over the rounds. */
  readonly edge: number;
  readonly bare: number;
  /** Bare rate divided by edge rate, per round. */
  readonly ratio: number;
  /** CPU shares of server and client in the rounds of the bare server, which is the faster one. */
  readonly serverBusy: number;
  readonly clientBusy: number;
}

export const largestRatio = 3;

const rounds = 7;
const connections = 64;
const seconds = 1;
const patienceMs = 10_000;
/** Below this, the client or the machine limits the rate and hides a difference between the servers. */
const leastServerBusy = 0.8;

/**
 * Compares a cached product from the edge with a bare server in the same process that sends the same bytes. Rounds
 * alternate, with one client in its own process.
 */
export async function measureCachedProduct(edgeUrl: string, path: string): Promise<CachedProduct> {
  const { head, body } = await readCached(new URL(path, edgeUrl));
  const bare = await listen(0, 'the bare server', (_, response) => {
    response.writeHead(200, head);
    response.end(body);
  });
  const client = fork(new URL('./answer-rate.ts', import.meta.url));
  try {
    const ask = (url: string) => measureRate(client, { port: Number(new URL(url).port), path, connections, seconds });
    await ask(edgeUrl);
    await ask(bare.url);
    const pairs: { edge: Measured; bare: Measured }[] = [];
    for (let round = 0; round < rounds; round++) {
      pairs.push({ edge: await ask(edgeUrl), bare: await ask(bare.url) });
    }
    return summarize(pairs);
  } finally {
    client.disconnect();
    await bare.close();
  }
}

interface Measured {
  readonly perSecond: number;
  readonly serverBusy: number;
  readonly clientBusy: number;
}

function summarize(pairs: readonly { readonly edge: Measured; readonly bare: Measured }[]): CachedProduct {
  const of = (value: (pair: (typeof pairs)[number]) => number) => percentiles(pairs.map(value)).p50;
  const summary = {
    edge: of(({ edge }) => edge.perSecond),
    bare: of(({ bare }) => bare.perSecond),
    ratio: of(({ edge, bare }) => bare.perSecond / edge.perSecond),
    serverBusy: of(({ bare }) => bare.serverBusy),
    clientBusy: of(({ bare }) => bare.clientBusy),
  };
  if (summary.serverBusy >= leastServerBusy) return summary;
  throw new CliError(
    'bench_client_slow',
    `the bare server was busy only ${(summary.serverBusy * 100).toFixed(0)} % of the time: the client limited the rate`,
    'The ratio would mean nothing. Run it again when the machine is less busy.',
  );
}

async function measureRate(client: ChildProcess, options: RateOptions): Promise<Measured> {
  const before = performance.eventLoopUtilization();
  const signal = AbortSignal.timeout(options.seconds * 1_000 + patienceMs);
  client.send(options);
  const [{ answers, wrong, seconds: elapsed, busy }] = (await once(client, 'message', { signal })) as [Rate];
  const { utilization } = performance.eventLoopUtilization(before);
  if (wrong > 0)
    throw new CliError(
      'bench_answers',
      `${wrong} of ${answers} answers were not 200`,
      'Request the product through the edge to see its answer.',
    );
  return { perSecond: answers / elapsed, serverBusy: utilization, clientBusy: busy };
}

/** Requests the edge until it answers from its cache; headers as sent. */
async function readCached(url: URL): Promise<{ head: string[]; body: Buffer }> {
  for (;;) {
    const asked = request(url);
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece as Buffer);
    if (!String(answer.headers['x-cache']).startsWith('Hit')) continue;
    const connection = new Set(['connection', 'keep-alive']);
    const head = answer.rawHeaders.flatMap((name, i, all) =>
      i % 2 === 0 && !connection.has(name.toLowerCase()) ? [name, all[i + 1] ?? ''] : [],
    );
    return { head, body: Buffer.concat(pieces) };
  }
}

export function formatCachedProduct({ edge, bare, ratio, serverBusy, clientBusy }: CachedProduct): string {
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  const verdict = ratio <= largestRatio ? 'within' : 'FAILED: beyond';
  return (
    `cached product: ${edge.toFixed(0)} responses a second through the local CDN, ${bare.toFixed(0)} from a bare server: ` +
    `${ratio.toFixed(2)} times slower, ${verdict} the limit of ${largestRatio}\n` +
    `  (CPU time in the bare-server run: server ${percent(serverBusy)}, client ${percent(clientBusy)})\n`
  );
}
