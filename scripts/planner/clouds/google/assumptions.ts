import { cpuQuota } from '../../../../stacks/model/clouds/google-scaling.ts';
import type { Assumption } from '../../model/assumptions.ts';
import type { Mark } from '../../types.ts';
import { publishedDrains } from '../../validation/published-drains.ts';

const practices = 'https://cloud.google.com/firestore/docs/best-practices';
const push = 'https://cloud.google.com/pubsub/docs/push';
const run = 'https://cloud.google.com/run/docs/about-instance-autoscaling';
const own = 'this project: no published figure';

const row = (value: number, unit: string, what: string, source: string, mark: Mark, date = '2026-11'): Assumption => ({
  ...{ value, unit, what, source, date, mark },
});

/** Limits of Google Cloud, by name. `rule`: documented, without a published measurement. */
export const googleAssumptions = {
  firestoreStart: row(500, 'operations/s', 'a collection at first (500/50/5)', practices, 'rule'),
  firestoreGrowth: row(1.5, 'x', 'a collection, of its load some minutes ago (500/50/5)', practices, 'rule'),
  firestoreGrowthSeconds: row(300, 's', 'these minutes (500/50/5)', practices, 'rule'),
  documentWritesPerSecond: row(1, 'writes/s', 'one document, sustained: advice, not a limit', practices, 'rule'),
  cpuQuota: row(
    cpuQuota.value,
    cpuQuota.unit,
    'instances of a service have a core each',
    cpuQuota.source,
    'documented',
  ),
  pushWindowStart: row(8, 'messages', 'in flight at first; each answer makes room for one more', push, 'guessed'),
  apiInstancesPerSecond: row(20, '1/s', 'new instances of an API', own, 'guessed'),
  // About 300 in the first minute, of the first generation. Nobody published a figure for Cloud Run.
  pushInstancesPerSecond: row(
    5,
    '1/s',
    'new instances of a function behind a topic',
    publishedDrains,
    'measured',
    '2018-11',
  ),
  pendingSeconds: row(10, 's', 'a request waits for an instance', run, 'rule'),
  googleColdSeconds: row(1, 's', 'start of an instance', own, 'guessed'),
  googleStoreSeconds: row(0.02, 's', 'one call to Firestore or Pub/Sub', own, 'guessed'),
  pushSeconds: row(0.1, 's', 'from a topic to the function', own, 'guessed'),
} as const satisfies Record<string, Assumption>;
