import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const answer = z.object({ status: z.literal('success'), data: z.object({ result: z.array(z.unknown()) }) });

/** Queries that match no series, or that Prometheus rejects, even after it had time to scrape and evaluate. */
export async function emptyQueries(url: string, queries: readonly string[], withinMs: number): Promise<string[]> {
  let left = [...queries];
  for (const end = Date.now() + withinMs; left.length > 0 && Date.now() < end; await sleep(300)) {
    const found = await Promise.all(left.map(async (query) => [query, await matches(url, query)] as const));
    left = found.flatMap(([query, some]) => (some ? [] : [query]));
  }
  return left;
}

async function matches(url: string, query: string): Promise<boolean> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
  const parsed = answer.safeParse(await response.json());
  return parsed.success && parsed.data.data.result.length > 0;
}
