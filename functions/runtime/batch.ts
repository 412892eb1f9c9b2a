import pLimit from 'p-limit';
import { logger } from './log.ts';

export interface BatchRules<Entry> {
  /** What Lambda calls the record: its messageId or sequence number. */
  readonly idOf: (entry: Entry) => string;
  /** Records of one group run one after the other; groups run side by side. */
  readonly groupOf: (entry: Entry) => string;
  readonly work: (entry: Entry) => Promise<void>;
  readonly concurrency: number;
  readonly remainingMs: () => number;
}

/** Nothing is begun with less time than this left: the time that an SDK call may take with its retries. */
export const deadlineMarginMs = 10_000;

/** @throws when too little time is left to begin anything */
export function needTime(remainingMs: () => number): void {
  if (remainingMs() < deadlineMarginMs) throw new Error('no time left to begin this record');
}

/**
 * Processes a batch.
 *
 * @returns the ids of the records that failed or were not begun, so that only those are redelivered
 */
export async function processBatch<Entry>(
  entries: readonly Entry[],
  rules: BatchRules<Entry>,
): Promise<ReadonlySet<string>> {
  const failed = new Set<string>();
  const limit = pLimit(rules.concurrency);
  const groups = [...Map.groupBy(entries, rules.groupOf).values()];

  async function workOn(group: readonly Entry[]): Promise<void> {
    for (const [index, entry] of group.entries()) {
      try {
        needTime(rules.remainingMs);
        await rules.work(entry);
      } catch (error) {
        logger.warn('record comes again', { record: rules.idOf(entry), error });
        // What follows in the group must not overtake what failed.
        for (const later of group.slice(index)) failed.add(rules.idOf(later));
        return;
      }
    }
  }

  await Promise.all(groups.map((group) => limit(() => workOn(group))));
  return failed;
}
