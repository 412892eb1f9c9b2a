export interface Cdn {
  /**
   * Makes the CDN forget the answers of these paths; a `*` at the end of a path stands for anything. It returns once the
   * CDN has taken the order. The same reference is one invalidation, however often it is asked for.
   */
  invalidate(paths: readonly string[], reference: string): Promise<void>;
}
