import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { percentiles } from '../../sale/place-orders.ts';
import { pinnedNode } from './pinned.ts';

/** Microseconds per call, medians over the rounds. */
export interface Middleware {
  /** Time beyond a handwritten handler with the same features: elapsed or CPU time, whichever is smaller. */
  readonly overhead: number;
  readonly parts: readonly { readonly name: string; readonly elapsed: number; readonly cpu: number }[];
}

export const largestOverhead = 5;

export async function measureMiddleware(): Promise<Middleware> {
  const script = new URL('./middleware.ts', import.meta.url).pathname;
  const env = { ...process.env, POWERTOOLS_SERVICE_NAME: 'bench', POWERTOOLS_METRICS_NAMESPACE: 'bench' };
  const [program, ...args] = pinnedNode();
  const { stderr } = await promisify(execFile)(program, [...args, script], { env, maxBuffer: 1024 ** 3 });
  const rounds = JSON.parse(stderr) as Record<string, [elapsed: number, cpu: number][]>;
  const parts = Object.entries(rounds).map(([name, pairs]) => ({
    name,
    elapsed: percentiles(pairs.map(([elapsed]) => elapsed)).p50,
    cpu: percentiles(pairs.map(([, cpu]) => cpu)).p50,
  }));
  return { overhead: Math.min(difference(rounds, 0), difference(rounds, 1)), parts };
}

/** Compares within each round, where both ran under the same conditions. */
function difference(rounds: Readonly<Record<string, [number, number][]>>, kind: 0 | 1): number {
  const { ours = [], byHand = [] } = rounds;
  return percentiles(ours.map((round, i) => round[kind] - (byHand[i]?.[kind] ?? Number.NaN))).p50;
}

export function formatMiddleware({ overhead, parts }: Middleware): string {
  const verdict = overhead <= largestOverhead ? 'within' : 'FAILED: beyond';
  const rows = parts.map(
    ({ name, elapsed, cpu }) => `  ${name}: ${elapsed.toFixed(1)} (processor ${cpu.toFixed(1)})\n`,
  );
  return (
    `our middleware adds ${overhead.toFixed(1)} us a call to a hand-written handler with the same features, ${verdict} ` +
    `the limit of ${largestOverhead}; microseconds:\n${rows.join('')}`
  );
}
