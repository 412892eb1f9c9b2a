import { checkInvariants, type InvariantId } from '../../scripts/sale/check/invariants.ts';
import type { Stores } from '../../scripts/sale/check/snapshot.ts';

/** Without workers, no view counts the events, and a pending order makes no progress. */
const judged: readonly InvariantId[] = ['I1', 'I2', 'I4', 'I10', 'I11'];

/** Invariants that the rows of a store break: a second event of one version, doubled units, a row that belongs nowhere. */
export function findViolations(stores: Stores): readonly string[] {
  const clients = { accepted: [], foreignAttempts: 0, foreignAnswers: [] };
  const verdicts = checkInvariants({ ...stores, deadLetters: [] }, clients, { unlistedBySweeps: true });
  return verdicts
    .filter(({ id }) => judged.includes(id))
    .flatMap(({ id, violations }) => violations.map((violation) => `${id}: ${violation}`));
}
