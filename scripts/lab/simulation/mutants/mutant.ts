import type { Scenario } from '../protocols.ts';

/** A bug of one line, put into the source as it is loaded. */
export interface Bug {
  readonly name: string;
  /** From the root of the project. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant extends Bug {
  readonly scenario: Scenario;
}
