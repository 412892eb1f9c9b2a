import type { Scenario } from '../protocols.ts';

/** A one-line bug, injected into the source as it is loaded. */
export interface Bug {
  readonly name: string;
  /** Path from the project root. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The invariant that the bug must break; for a mutant judged by a test file, the test that must fail. */
  readonly caughtBy: string;
}

/** Judged by a scenario of the simulation, or by a test file if no simulation reaches the code. */
export type Mutant = SimulatedMutant | TestedMutant;
export type SimulatedMutant = Bug & { readonly scenario: Scenario };
export type TestedMutant = Bug & { readonly test: `test/${string}.test.ts` };

export function isTested(mutant: Mutant): mutant is TestedMutant {
  return 'test' in mutant;
}
