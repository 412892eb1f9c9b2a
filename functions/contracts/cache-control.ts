/** How long an answer may be kept, and where. Set by the stage, so that CDN policies and headers follow one model. */
export interface CacheTimes {
  /** In a browser; after it the ETag is asked about. */
  readonly browserSeconds: number;
  /** In the CDN. */
  readonly edgeSeconds: number;
  /** How long the CDN may serve what has expired while it asks for the new one (RFC 5861). */
  readonly staleWhileRevalidateSeconds: number;
  /** How long the CDN may serve what has expired while nobody answers (RFC 5861). */
  readonly staleIfErrorSeconds: number;
}

/** The one place where a `Cache-Control` of a public answer is made. */
export function cacheControlOf(times: CacheTimes): string {
  return [
    'public',
    `max-age=${times.browserSeconds}`,
    `s-maxage=${times.edgeSeconds}`,
    `stale-while-revalidate=${times.staleWhileRevalidateSeconds}`,
    `stale-if-error=${times.staleIfErrorSeconds}`,
  ].join(', ');
}
