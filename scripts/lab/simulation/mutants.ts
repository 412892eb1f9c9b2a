import { dynamodb, grouped } from './mutants/dynamodb.ts';
import { firestore } from './mutants/firestore.ts';
import { fulfilment } from './mutants/fulfilment.ts';
import type { Bug, Mutant } from './mutants/mutant.ts';
import { partition } from './mutants/partition.ts';
import { breaker, escrow, lease } from './mutants/parts.ts';
import { sweeper } from './mutants/sweeper.ts';
import { type Scenario, scenarios } from './protocols.ts';

const bugs: Readonly<Record<Scenario, readonly Bug[]>> = {
  dynamodb: [...dynamodb, ...grouped],
  partition,
  firestore,
  fulfilment,
  sweeper,
  escrow,
  lease,
  breaker,
};

/** Bugs that the simulation must catch. */
export const mutants: readonly Mutant[] = scenarios.flatMap((scenario) =>
  bugs[scenario].map((bug) => ({ ...bug, scenario })),
);
