import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentSnapshot, Firestore, Transaction } from '@google-cloud/firestore';

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const statusCodes = { notFound: 5, alreadyExists: 6, resourceExhausted: 8, failedPrecondition: 9, aborted: 10 };

const conditionCodes = [statusCodes.notFound, statusCodes.alreadyExists, statusCodes.failedPrecondition];
// Nothing was written: the same call may be repeated.
const retryableCodes = [statusCodes.resourceExhausted, statusCodes.aborted];

/**
 * Tells a failed condition from a conflict: overlapping calls or throttling, and nothing was written.
 *
 * @throws the error itself when it is neither; after a timeout or a lost connection the outcome is unknown
 */
export function parseFailure(error: unknown): 'condition' | 'conflict' {
  const code = (error as { code?: number }).code ?? -1;
  if (conditionCodes.includes(code)) return 'condition';
  if (retryableCodes.includes(code)) return 'conflict';
  throw error;
}

export interface Decision<Outcome> {
  readonly outcome: Outcome;
  /** Each write that depends on a read names the update time of that read. */
  readonly write?: (transaction: Transaction) => void;
}

const attempts = 6;
const firstPauseMs = 5;

/**
 * Reads, decides and writes in one transaction, and starts over when something it read has changed. `read` may run
 * several times, so it must have no side effects. It runs before the transaction, which uses conditions instead of
 * locks: nothing waits for a lock during a round trip, and nothing deadlocks.
 */
export async function decide<Outcome>(
  db: Firestore,
  read: () => Promise<Decision<Outcome>>,
): Promise<Outcome | 'conflict'> {
  for (let attempt = 1; ; attempt++) {
    const { outcome, write } = await read();
    if (!write) return outcome;
    try {
      await db.runTransaction(async (transaction) => write(transaction), { maxAttempts: 1 });
      return outcome;
    } catch (error) {
      if (parseFailure(error) === 'conflict' || attempt === attempts) return 'conflict';
      await sleep(Math.random() * firstPauseMs * 2 ** attempt);
    }
  }
}

/** The condition of a write that depends on a read. */
export function unlessMoved(found: DocumentSnapshot | undefined) {
  if (!found?.updateTime) throw new Error('a document that does not exist has no update time');
  return { lastUpdateTime: found.updateTime };
}
