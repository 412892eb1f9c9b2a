import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentSnapshot, Firestore, Transaction } from '@google-cloud/firestore';

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const statusCodes = { notFound: 5, alreadyExists: 6, resourceExhausted: 8, failedPrecondition: 9, aborted: 10 };

const conditions = [statusCodes.notFound, statusCodes.alreadyExists, statusCodes.failedPrecondition];
// Nothing was written: the same call may be made again.
const undecided = [statusCodes.resourceExhausted, statusCodes.aborted];

/**
 * Why Firestore refused a call: a condition failed, or overlapping calls and throttles left it undecided.
 *
 * @throws the error itself when it is neither; a deadline or a lost connection leaves open what happened
 */
export function readRefusal(error: unknown): 'condition' | 'conflict' {
  const code = (error as { code?: number }).code ?? -1;
  if (conditions.includes(code)) return 'condition';
  if (undecided.includes(code)) return 'conflict';
  throw error;
}

export interface Decision<Outcome> {
  readonly outcome: Outcome;
  /** Each write that stands on something that was read names the update time that it was read with. */
  readonly write?: (transaction: Transaction) => void;
}

const attempts = 6;
const firstPauseMs = 5;

/**
 * Looks, decides and writes in one transaction; looks again when what the decision stood on has moved meanwhile. The
 * look may run several times, so it has no effect of its own. It reads before the transaction, which has conditions in
 * the place of locks: nobody waits for a lock while our answer travels, and no two wait for each other.
 */
export async function decide<Outcome>(
  db: Firestore,
  look: () => Promise<Decision<Outcome>>,
): Promise<Outcome | 'conflict'> {
  for (let attempt = 1; ; attempt++) {
    const { outcome, write } = await look();
    if (!write) return outcome;
    try {
      await db.runTransaction(async (transaction) => write(transaction), { maxAttempts: 1 });
      return outcome;
    } catch (error) {
      if (readRefusal(error) === 'conflict' || attempt === attempts) return 'conflict';
      await sleep(Math.random() * firstPauseMs * 2 ** attempt);
    }
  }
}

/** The condition of a write that stands on what was read. */
export function unlessMoved(read: DocumentSnapshot | undefined) {
  if (!read?.updateTime) throw new Error('a document that does not exist has no update time');
  return { lastUpdateTime: read.updateTime };
}
