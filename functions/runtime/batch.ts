import pLimit from 'p-limit';
import { logger } from './log.ts';

export interface BatchRules<Entry> {
  /** Lambda's id of the record: its messageId or sequence number. */
  readonly idOf: (entry: Entry) => string;
  /** Fields of the line about a failed record. */
  readonly aboutOf?: (entry: Entry) => object;
  /** Records of one group run in sequence, groups concurrently. */
  readonly groupOf: (entry: Entry) => string;
  readonly work: (entry: Entry) => Promise<void>;
  readonly concurrency: number;
  readonly remainingMs: () => number;
}

/** No work starts with less time than this left: the maximum duration of an SDK call with its retries. */
export const deadlineMarginMs = 10_000;

/** @throws when too little time is left to start more work */
export function requireTime(remainingMs: () => number): void {
  if (remainingMs() < deadlineMarginMs)
    throw new Error(`not started: less than ${deadlineMarginMs} ms remain before the function's deadline`);
}

/**
 * Processes a batch.
 *
 * @returns ids of the records that failed or were not started, so that only those are redelivered
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
        requireTime(rules.remainingMs);
        await rules.work(entry);
      } catch (error) {
        logger.warn('record will be redelivered', { ...rules.aboutOf?.(entry), record: rules.idOf(entry), error });
        // Later records of the group must not overtake the failed one.
        for (const later of group.slice(index)) failed.add(rules.idOf(later));
        return;
      }
    }
  }

  await Promise.all(groups.map((group) => limit(() => workOn(group))));
  return failed;
}
