// The code about the shop, and the code for any business. docs/another-workload.md lists the same for people; a test
// compares them.

/** Code that a team with another business replaces. Folders end in a slash. */
export const replaced = [
  'functions/domain/',
  'functions/contracts/',
  'functions/ports/',
  'functions/adapters/',
  'functions/catalog/',
  'functions/escrow/',
  'functions/fulfilment/',
  'functions/inspection/',
  'functions/intake/',
  'functions/invalidation/',
  'functions/lending/',
  'functions/projection/',
  'functions/publishing/',
  'functions/rehearsal/',
  'functions/settlement/',
  'functions/stock/',
  'functions/sweeper/',
  'functions/runtime/orders-http.ts',
  'scripts/contracts/',
  'scripts/openapi/',
  'scripts/planner/',
  'scripts/platform/deploy/partner-secret.ts',
  'scripts/platform/edge/watch-storefront.ts',
  'scripts/platform/partner/',
  'scripts/sale/',
  'stacks/build/storefront.ts',
  'stacks/model/environments/',
  'stacks/model/secrets.ts',
  'storefront/',
] as const;

/** Tables of the business: their rows are replaced, but their exports keep their names for generic code. */
export const tables = [
  'functions/contracts/grammar.ts',
  'functions/contracts/problem.ts',
  'functions/contracts/project.ts',
  'functions/contracts/routes.ts',
  'functions/ports/runtime.ts',
  'stacks/build/code-cache/first-calls.ts',
  'stacks/model/clouds/scaling.ts',
  'stacks/model/edge/edge-rows.ts',
  'stacks/model/edge/perimeter-rows.ts',
  'stacks/model/operations/alarm-rows.ts',
  'stacks/model/operations/dashboard-rows.ts',
  'stacks/model/resources.ts',
  'stacks/model/services.ts',
  'stacks/model/stages/',
  'stacks/model/table-shapes.ts',
  'stacks/model/workers.ts',
] as const;

/**
 * Code that stays, and imports nothing that is replaced. Files and subfolders of the folders above are listed by name.
 */
export const generic = [
  'functions/adapters/aws/lambda/authorizer.ts',
  'functions/adapters/aws/breaker.ts',
  'functions/adapters/aws/cancellation.ts',
  'functions/adapters/aws/clients/',
  'functions/adapters/aws/dead-letters.ts',
  'functions/adapters/aws/lambda/on-lambda.ts',
  'functions/adapters/aws/lease.ts',
  'functions/adapters/aws/lambda/prewarm.ts',
  'functions/adapters/aws/secret.ts',
  'functions/adapters/aws/sqs-message.ts',
  'functions/adapters/http/http-client.ts',
  'functions/adapters/http/retry-after.ts',
  'functions/adapters/http/send.ts',
  'functions/contracts/about-message.ts',
  'functions/contracts/body-limits.ts',
  'functions/contracts/cache-control.ts',
  'functions/contracts/common-grammar.ts',
  'functions/contracts/http-event.ts',
  'functions/contracts/readable-rows.ts',
  'functions/contracts/route.ts',
  'functions/domain/breaker.ts',
  'functions/domain/lease.ts',
  'functions/lib/',
  'functions/ports/breaker.ts',
  'functions/ports/lease.ts',
  'functions/ports/messages.ts',
  'functions/ports/releases.ts',
  'functions/ports/retry-later.ts',
  'functions/ports/secret.ts',
  'functions/resilience/',
  'functions/runtime/',
  'scripts/cli/',
  'scripts/dynamodb/',
  'scripts/imports/',
  'scripts/lab/simulation/dynamodb/client.ts',
  'scripts/lab/simulation/runtime.ts',
  'scripts/lab/simulation/world/',
  'scripts/parts/',
  'scripts/platform/',
  'scripts/report/',
  'scripts/rules/',
  'scripts/test/',
  'scripts/upgrade/',
  'scripts/verify/',
  'stacks/aws/deployability.ts',
  'stacks/aws/iam-grants.ts',
  'stacks/aws/outputs.ts',
  'stacks/build/',
  'stacks/model/architecture.ts',
  'stacks/model/checks/limits.ts',
  'stacks/model/clouds/clouds.ts',
  'stacks/model/json.ts',
  'stacks/model/names.ts',
  'stacks/model/operations/release-names.ts',
  'stacks/model/statements.ts',
  'stacks/model/terraform/',
  'stacks/rules/',
] as const;

/** Generic files that still import replaced code. A test fails when one of them no longer does. */
export const exceptions = [
  { file: 'functions/adapters/aws/breaker.ts', why: "its row's schema and key are in one file with the shop's" },
  { file: 'functions/adapters/aws/lease.ts', why: "its row's schema and key are in one file with the shop's" },
  { file: 'functions/resilience/shared-snapshots.ts', why: 'shares reads of any kind, but is typed for stock' },
  { file: 'scripts/platform/edge/deployed-edge.ts', why: 'builds the page anew on a save' },
  { file: 'scripts/platform/platform.ts', why: 'starts the partner beside the engine; an example starts without it' },
] as const;

/** A folder's prefix, or one file. */
export const patternsOf = (paths: readonly string[]): string[] =>
  paths.map((path) => `^${path.replaceAll('.', '\\.')}${path.endsWith('/') ? '' : '$'}`);

const covers = (path: string, file: string) => (path.endsWith('/') ? file.startsWith(path) : file === path);

/** Replaced code in a folder that otherwise stays. */
export const replacedInGeneric = replaced.filter((path) =>
  (generic as readonly string[]).some((one) => one !== path && covers(one, path)),
);

export type Room = 'generic' | 'table' | 'replaced' | 'other';

/** The longest match decides: `functions/contracts/route.ts` stays, in a folder that is replaced. */
export function roomOf(file: string): Room {
  const rooms = { generic, table: tables, replaced };
  let found: { room: Room; length: number } = { room: 'other', length: 0 };
  for (const room of ['generic', 'table', 'replaced'] as const) {
    const named = (rooms[room] as readonly string[]).filter((path) => covers(path, file));
    const length = Math.max(0, ...named.map((path) => path.length));
    if (length > found.length) found = { room, length };
  }
  return found.room;
}
