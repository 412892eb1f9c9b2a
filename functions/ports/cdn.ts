export interface Cdn {
  /**
   * Invalidates these paths; a trailing `*` matches anything. Returns once the CDN has accepted the request. Requests
   * with the same reference are one invalidation.
   */
  invalidate(paths: readonly string[], reference: string): Promise<void>;
}
