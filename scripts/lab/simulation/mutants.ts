import { alsoSimulated } from './mutants/also-simulated.ts';
import { answers } from './mutants/answers.ts';
import { azureEntries } from './mutants/azure.ts';
import { batches } from './mutants/batches.ts';
import { dynamodb, grouped } from './mutants/dynamodb.ts';
import { firestore } from './mutants/firestore.ts';
import { fulfilment } from './mutants/fulfilment.ts';
import { limits } from './mutants/limits.ts';
import type { Bug, Mutant } from './mutants/mutant.ts';
import { operator } from './mutants/operator.ts';
import { pages } from './mutants/pages.ts';
import { partition } from './mutants/partition.ts';
import { partner } from './mutants/partner.ts';
import { breaker, escrow, lease } from './mutants/parts.ts';
import { privacy } from './mutants/privacy.ts';
import { promises } from './mutants/promises.ts';
import { reads } from './mutants/reads.ts';
import { regions, replicated } from './mutants/regions.ts';
import { retention, tornReads } from './mutants/retention.ts';
import { sweeper } from './mutants/sweeper.ts';
import { times } from './mutants/times.ts';
import { type Scenario, scenarios } from './protocols.ts';

const bugs: Readonly<Record<Scenario, readonly Bug[]>> = {
  dynamodb: [...dynamodb, ...grouped],
  partition: [...partition, ...azureEntries],
  firestore,
  fulfilment,
  sweeper,
  operator,
  regions,
  escrow,
  retention,
  lease,
  breaker,
};

/** Grouped by kind of mistake; most are judged by a test file. */
const topics: readonly Mutant[] = [
  ...answers,
  ...batches,
  ...limits,
  ...pages,
  ...partner,
  ...privacy,
  ...promises,
  ...reads,
  ...replicated,
  ...times,
  ...tornReads,
];

/** Bugs that the simulation or a test file must catch. */
export const mutants: readonly Mutant[] = [
  ...scenarios.flatMap((scenario) => bugs[scenario].map((bug) => ({ ...bug, scenario }))),
  ...topics,
  ...alsoSimulated(topics),
];
