import { checkAccepted, checkForeign, checkKeys, checkProgress } from './client-checks.ts';
import { type Evidence, gatherEvidence } from './evidence.ts';
import { checkLimits } from './holding-checks.ts';
import { checkPartner } from './partner-checks.ts';
import { checkRows } from './row-checks.ts';
import type { ClientRecord, Snapshot } from './snapshot.ts';
import { checkLeaks, checkOversold, checkRejections } from './stock-checks.ts';
import type { CheckOptions, Finding, InvariantId, Verdict } from './verdict.ts';
import { checkViews } from './view-checks.ts';

export { type CheckOptions, holds, type InvariantId, type Verdict } from './verdict.ts';

/** For a busy machine: one SDK call takes up to its limit of 3 s. */
export const slowCalls: CheckOptions = { stampedEarlierMs: 3_000 };

/** For failing calls: an SDK call takes three attempts of 3 s plus pauses. */
export const retriedCalls: CheckOptions = { stampedEarlierMs: 10_000 };

interface Invariant {
  readonly id: InvariantId;
  readonly text: string;
  readonly check: (evidence: Evidence, options: CheckOptions) => Finding;
}

const invariants: readonly Invariant[] = [
  { id: 'I1', text: 'never oversold: confirmed <= supplied', check: checkOversold },
  { id: 'I2', text: 'one key: one order, at most one reservation', check: checkKeys },
  { id: 'I3', text: 'every 202 reaches an end or a dead-letter queue', check: checkProgress },
  { id: 'I4', text: 'nothing leaks: left + reserved = supplied', check: checkLeaks },
  { id: 'I5', text: 'views equal the fold of the events', check: checkViews },
  { id: 'I6', text: "no answer shows another customer's data", check: checkForeign },
  { id: 'I7', text: 'rejected only if the stock could not serve it', check: checkRejections },
  { id: 'I8', text: 'the partner accepted each fulfilled order once, and no other', check: checkPartner },
  { id: 'I9', text: 'every order is one that a client asked for, as it was accepted', check: checkAccepted },
  { id: 'I10', text: 'every row follows from the events, and belongs where it is', check: checkRows },
  { id: 'I11', text: 'no customer holds more of a product than its limit', check: checkLimits },
];

/** The invariants of a quiet system. Demo, tests, load and drills all use this list. I8 needs the partner's book. */
export function checkInvariants(
  snapshot: Snapshot,
  clients: ClientRecord,
  options: CheckOptions = {},
): readonly Verdict[] {
  const evidence = gatherEvidence(snapshot, clients);
  return invariants
    .filter(({ id }) => id !== 'I8' || snapshot.book)
    .map(({ id, text, check }) => ({ id, text, ...check(evidence, options) }));
}
