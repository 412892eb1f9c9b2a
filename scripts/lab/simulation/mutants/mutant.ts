import type { Scenario } from '../protocols.ts';

/** A one-line bug, injected into the source as it is loaded. */
export interface Bug {
  readonly name: string;
  /** Path from the project root. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant extends Bug {
  readonly scenario: Scenario;
}
