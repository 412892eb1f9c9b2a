/**
 * Files that run on one kind of API only, because what they exercise lies behind it: the functions, roles, queues,
 * tables and streams are the same. A file that is not named here runs on both.
 */
export const behindTheApi = {
  'crash-points': 'kills functions between their writes',
  delivery: 'sends to the queue and to the stream',
  drills: 'resets calls of functions, and fills the queue',
  faults: 'fails calls of functions',
  fulfilment: 'the way from the bus to the partner',
  fuzz: 'what refuses bad input is the function',
  grants: 'takes grants from roles',
  'interrupted-invalidation': 'the way from the table to the CDN',
  rebuild: 'reads events, writes views',
  redrive: 'moves messages between queues',
  'shared-state': 'breakers and leases in a table',
  soak: 'kills workers and fails their calls',
} as const;

/** The same as globs for vitest. */
export const filesBehindTheApi = Object.keys(behindTheApi).map((name) => `test/integration/${name}.test.ts`);
