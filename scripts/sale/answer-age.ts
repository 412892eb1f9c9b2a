import type { Answer } from './client.ts';

/**
 * Seconds that an answer was old when it was asked for. Where the content says when it was made (`asOf` of a stock
 * estimate) that counts, because it does not take the edge's word. Else it is `Age`, and a second more because that is
 * cut, without the time that the answer took: one that is made while somebody waits is not old because that took long.
 */
export function ageOf({ headers, ms, body }: Answer, askedAtMs: number): number {
  if (typeof body === 'object' && body !== null && 'asOf' in body) {
    return (askedAtMs - Date.parse(String(body.asOf))) / 1_000;
  }
  const age = headers.get('age');
  return age === null ? 0 : Math.max(0, Number(age) + 1 - ms / 1_000);
}

/** Seconds that a shared cache may serve an answer, by its own Cache-Control: fresh, and while it is asked for again. */
export function boundOf(headers: Headers): number {
  const control = headers.get('cache-control') ?? '';
  const seconds = (name: string) => {
    const value = new RegExp(`(?:^|[ ,])${name}=(\\d+)`).exec(control)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  return (seconds('s-maxage') ?? seconds('max-age') ?? 0) + (seconds('stale-while-revalidate') ?? 0);
}
