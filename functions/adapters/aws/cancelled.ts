import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';

// Nothing was decided: the same transaction may be sent again.
const undecided = new Set([
  'None',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
]);

export type Cancelled =
  | { readonly kind: 'conflict' }
  /** Which items of the transaction broke their condition, and what stood there (marshalled), if asked for. */
  | { readonly kind: 'condition'; readonly failed: ReadonlyMap<number, unknown> };

/**
 * Why a transaction was cancelled. A failed condition decides whatever else happened; without one, conflicts and
 * throttles mean that nothing was decided: 'cancelled' alone never means that a condition failed.
 *
 * @throws the error itself when it is none of these
 */
export function readCancellation(error: unknown): Cancelled {
  if (!(error instanceof TransactionCanceledException)) {
    if (isTransient(error)) return { kind: 'conflict' };
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

function isTransient(error: unknown): boolean {
  const transient = ['TransactionConflictException', 'TransactionInProgressException', 'ThrottlingException'];
  return error instanceof Error && (transient.includes(error.name) || error.name.startsWith('ProvisionedThroughput'));
}
