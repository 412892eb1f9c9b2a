/** Points in time to which a table can be restored. Times are epoch milliseconds. */
export interface RestorePoints {
  /** Undefined: no continuous backups, or the table does not exist. */
  readonly continuous: { readonly earliest: number; readonly latest: number } | undefined;
  readonly backups: readonly Backup[];
}

export interface Backup {
  readonly arn: string;
  readonly name: string;
  readonly at: number;
}

export type Point = { readonly kind: 'continuous' | 'backup'; readonly at: number; readonly arn?: string };

/**
 * The last point up to `until`. Later writes are lost, unless the stream has them. Undefined if there is no such point.
 *
 * When a table with point-in-time recovery is deleted, AWS creates a backup of its last state.
 */
export function choosePoint({ continuous, backups }: RestorePoints, until: number): Point | undefined {
  const candidates: Point[] = backups.map(({ arn, at }) => ({ kind: 'backup', arn, at }));
  if (continuous && continuous.earliest <= until)
    candidates.push({ kind: 'continuous', at: Math.min(until, continuous.latest) });
  return candidates.filter(({ at }) => at <= until).sort((one, other) => other.at - one.at)[0];
}
