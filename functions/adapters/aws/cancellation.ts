import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { findFault } from '../../lib/fault.ts';

// Nothing was written: the same transaction may be sent again.
const undecided = new Set([
  'None',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
]);

export type Cancelled =
  | { readonly kind: 'conflict' }
  /** Indexes of the items whose condition failed, with the stored item (marshalled) if the request asked for it. */
  | { readonly kind: 'condition'; readonly failed: ReadonlyMap<number, unknown> };

/**
 * Parses why a transaction was cancelled. A failed condition outranks every other reason. Without one, conflicts and
 * throttles mean that nothing was written; a cancellation alone never means a failed condition.
 *
 * @throws the error itself when it is neither
 */
export function parseCancellation(error: unknown): Cancelled {
  if (!(error instanceof TransactionCanceledException)) {
    if (findFault(error) === 'busy') return { kind: 'conflict' };
    throw error;
  }
  const reasons = error.CancellationReasons ?? [];
  const failed = new Map(
    reasons.flatMap((reason, index) =>
      reason.Code === 'ConditionalCheckFailed' ? [[index, reason.Item] as const] : [],
    ),
  );
  if (failed.size > 0) return { kind: 'condition', failed };
  if (reasons.length > 0 && reasons.every((reason) => undecided.has(reason.Code ?? ''))) return { kind: 'conflict' };
  throw error;
}
