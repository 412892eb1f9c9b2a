import type { Answer } from './client.ts';

/**
 * The age of a response at the time of the request, in seconds. A stock estimate carries `asOf`, which does not depend on
 * the CDN being right. Otherwise `Age` plus one second, because it is truncated, minus the duration of the request:
 * a slow response that is produced during the request is not old.
 */
export function ageOf({ headers, ms, body }: Answer, askedAtMs: number): number {
  if (typeof body === 'object' && body !== null && 'asOf' in body) {
    return (askedAtMs - Date.parse(String(body.asOf))) / 1_000;
  }
  const age = headers.get('age');
  return age === null ? 0 : Math.max(0, Number(age) + 1 - ms / 1_000);
}

/** How long Cache-Control lets a shared cache serve a response, in seconds: TTL plus stale-while-revalidate. */
export function boundOf(headers: Headers): number {
  const control = headers.get('cache-control') ?? '';
  const seconds = (name: string) => {
    const value = new RegExp(`(?:^|[ ,])${name}=(\\d+)`).exec(control)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  return (seconds('s-maxage') ?? seconds('max-age') ?? 0) + (seconds('stale-while-revalidate') ?? 0);
}
