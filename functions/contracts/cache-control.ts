/** How long a response may be cached, and where. Set per stage, so CDN policies and headers follow one model. */
export interface CacheTimes {
  /** In a browser, which then revalidates with the ETag. */
  readonly browserSeconds: number;
  /** In the CDN. */
  readonly edgeSeconds: number;
  /** How long the CDN may serve an expired copy while it revalidates (RFC 5861). */
  readonly staleWhileRevalidateSeconds: number;
  /** How long the CDN may serve an expired copy while the origin fails (RFC 5861). */
  readonly staleIfErrorSeconds: number;
}

/** How long the CDN keeps an estimate of the stock. */
export const stockSeconds = 1;

/** The only place that builds `Cache-Control` for public responses. */
export function buildCacheControl(times: CacheTimes): string {
  return [
    'public',
    `max-age=${times.browserSeconds}`,
    `s-maxage=${times.edgeSeconds}`,
    `stale-while-revalidate=${times.staleWhileRevalidateSeconds}`,
    `stale-if-error=${times.staleIfErrorSeconds}`,
  ].join(', ');
}
