import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { CliError } from '../../cli/cli.ts';
import { listen } from '../../platform/http/listen.ts';
import { percentiles } from '../../sale/place-orders.ts';
import type { Rate, RateOptions } from './answer-rate.ts';

export interface CachedProduct {
  /** Answers per second; all figures are medians of the rounds. */
  readonly edge: number;
  readonly bare: number;
  /** Bare over edge, of each round. */
  readonly ratio: number;
  /** Shares of the time in which server and client computed, in the rounds of the bare server: the faster one. */
  readonly serverBusy: number;
  readonly clientBusy: number;
}

export const largestRatio = 3;

const rounds = 7;
const connections = 64;
const seconds = 1;
const patienceMs = 10_000;
/** Below, the client or the machine bounded the rate, and a difference between the servers would not show. */
const leastServerBusy = 0.8;

/**
 * A product out of the edge's cache, against a bare server in the same process that sends the same bytes: taken in
 * turns, by the same client in a process of its own.
 */
export async function measureCachedProduct(edgeUrl: string, path: string): Promise<CachedProduct> {
  const { head, body } = await read(new URL(path, edgeUrl));
  const bare = await listen(0, 'the bare server', (_, response) => {
    response.writeHead(200, head);
    response.end(body);
  });
  const client = fork(new URL('./answer-rate.ts', import.meta.url));
  try {
    const ask = (url: string) => rateOf(client, { port: Number(new URL(url).port), path, connections, seconds });
    await ask(edgeUrl);
    await ask(bare.url);
    const pairs: { edge: Measured; bare: Measured }[] = [];
    for (let round = 0; round < rounds; round++) {
      pairs.push({ edge: await ask(edgeUrl), bare: await ask(bare.url) });
    }
    return summaryOf(pairs);
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

function summaryOf(pairs: readonly { readonly edge: Measured; readonly bare: Measured }[]): CachedProduct {
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
    `the bare server computed for ${(summary.serverBusy * 100).toFixed(0)} % of the time: the client was the slower one`,
    'The ratio would say nothing. Run it again when less runs on this machine.',
  );
}

async function rateOf(client: ChildProcess, options: RateOptions): Promise<Measured> {
  const before = performance.eventLoopUtilization();
  const signal = AbortSignal.timeout(options.seconds * 1_000 + patienceMs);
  client.send(options);
  const [{ answers, wrong, seconds: elapsed, busy }] = (await once(client, 'message', { signal })) as [Rate];
  const { utilization } = performance.eventLoopUtilization(before);
  if (wrong > 0)
    throw new CliError('bench_answers', `${wrong} of ${answers} answers were not 200`, 'Look at the edge.');
  return { perSecond: answers / elapsed, serverBusy: utilization, clientBusy: busy };
}

/** One answer of the edge, once it comes from the cache; its headers as they were sent. */
async function read(url: URL): Promise<{ head: string[]; body: Buffer }> {
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
