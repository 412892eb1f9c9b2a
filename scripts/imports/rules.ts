// The layers of the project, from the ground up, as rules of dependency-cruiser. Most rules name everything that a folder
// may import. A rule about a folder that was deleted holds.

import { exceptions, generic, patternsOf, replacedInGeneric, tables } from './business.ts';
import { build, core, deployability, f, folder, model, node, only, outside, packages } from './layers.ts';
import { scriptRules } from './script-rules.ts';

const services =
  '^functions/(catalog|intake|settlement|projection|fulfilment|sweeper|stock|invalidation|publishing|rehearsal|inspection)/';
const ownFolder = '^functions/$1/';
const entryFiles = '(aws|azure|google)\\.ts$';
const sharedFiles = '(api|events|messages|policies)\\.ts$';
const crypto = '^(node:)?crypto$';
const diagnostics = '^(node:)?diagnostics_channel$';

const functionRules = [
  only('lib-imports-nothing', f.lib, f.lib),
  only('domain-imports-itself', f.domain, f.domain, f.lib, crypto),
  only('contracts-import-the-domain', f.contracts, f.contracts, f.domain, f.lib, packages('zod'), diagnostics),
  only('ports-import-contracts-and-domain', f.ports, f.ports, f.contracts, f.domain),
  only('resilience-imports-ports', f.resilience, ...[f.resilience, core, packages('cockatiel', 'p-limit')]),
  only('lending-imports-ports', f.lending, ...[f.lending, core, f.resilience]),
  only(
    'runtime-knows-no-service-and-no-store',
    f.runtime,
    ...[f.runtime, f.resilience, core, crypto],
    packages('zod', 'jose', 'cockatiel', 'p-limit', '@aws-lambda-powertools', '@types/aws-lambda', 'aws-lambda'),
  ),
  only('memory-adapters-know-no-sdk', f.adapters('memory'), f.adapters('(memory|single-partition)'), core),
  only(
    'single-partition-knows-no-sdk',
    f.adapters('single-partition'),
    ...[f.adapters('single-partition'), core, packages('zod', 'p-limit'), crypto],
  ),
  only(
    'http-adapters-know-no-cloud',
    f.adapters('http'),
    ...[f.adapters('http'), core, packages('zod'), crypto, '^(node:)?(https?|stream)$'],
  ),
  only(
    'aws-adapters-import-its-sdk',
    f.adapters('aws'),
    ...[f.adapters('aws'), core, packages('@aws-sdk', '@smithy', 'zod', '@types/aws-lambda', 'aws-lambda')],
    // Lambda's host glue: log lines name their invocation, and metrics leave when it ends.
    ...['^functions/runtime/(log|observe)\\.ts$', packages('@middy')],
  ),
  only(
    'azure-adapters-import-its-sdks',
    f.adapters('azure'),
    ...[f.adapters('azure'), f.adapters('single-partition'), core, packages('@azure', 'zod'), '^(node:)?fs'],
  ),
  only(
    'google-adapters-import-its-sdk',
    f.adapters('google'),
    ...[f.adapters('google'), core, packages('@google-cloud', 'zod'), node, diagnostics],
    // A push is authenticated by a token like a customer's.
    '^functions/runtime/(signing-keys|token)\\.ts$',
  ),
  only(
    'use-cases-know-no-sdk-and-no-other-service',
    `${services}(?!${entryFiles}|${sharedFiles})`,
    ...[ownFolder, core, f.resilience, f.lending, packages('uuid', 'lru-cache'), crypto],
  ),
  only(
    'shared-code-of-entries-knows-no-cloud',
    `${services}${sharedFiles}`,
    ...[ownFolder, core, f.resilience, f.lending, f.runtime, packages('zod'), crypto],
  ),
  ...['aws', 'azure', 'google'].map((cloud) =>
    only(
      `${cloud}-entries-know-no-other-service-or-cloud`,
      `${services}${cloud}\\.ts$`,
      ...[ownFolder, core, f.resilience, f.lending, f.runtime, f.adapters(`(${cloud}|http|single-partition)`), node],
      packages('zod', '@types/aws-lambda', 'aws-lambda'),
    ),
  ),
  only(
    'escrow-stands-apart',
    folder('functions/escrow'),
    ...[folder('functions/escrow'), core, f.resilience, f.adapters('(aws|single-partition)')],
    packages('@aws-sdk', 'zod'),
  ),
  {
    name: 'functions-import-no-other-tree',
    severity: 'error',
    from: { path: '^functions/' },
    to: { path: '^(stacks|scripts|test|storefront)/' },
  },
];

/** Names that adapters and stacks of one cloud share; they import no SDK. */
const sharedNames = '^functions/adapters/(azure/resources|google/queries)\\.ts$';
const cdkLibraries = '(^|node_modules/)(aws-cdk-lib|cdktf|@cdktf|constructs|cdk-nag)(/|$)';

const stackRules = [
  only('model-imports-contracts', model, model, f.contracts, sharedNames, outside),
  { name: 'model-knows-no-tool', severity: 'error', from: { path: [model, build] }, to: { path: cdkLibraries } },
  only('deployability-rules-import-the-model', deployability, deployability, model, f.contracts, node),
  only('build-imports-the-model', build, build, model, outside),
  only(
    'cdk-stacks-import-the-model',
    folder('stacks/aws'),
    ...[folder('stacks/aws'), model, build, deployability, f.contracts, outside],
  ),
  only(
    'terraform-stacks-import-the-model',
    folder('stacks/terraform'),
    ...[folder('stacks/terraform'), model, build, f.contracts, sharedNames, outside],
  ),
];

/** The rules that the page shares with the API. */
const orderStatesFile = '^functions/domain/order-states\\.ts$';

const treeRules = [
  {
    name: 'order-states-import-nothing',
    severity: 'error',
    from: { path: orderStatesFile },
    to: { path: '.' },
  },
  { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'imports-resolve', severity: 'error', from: {}, to: { couldNotResolve: true } },
  {
    name: 'storefront-takes-only-types-from-contracts',
    comment: 'zod and the SDK would land in the page. The states of an order import nothing.',
    severity: 'error',
    from: { path: '^storefront/' },
    to: {
      path: '^(functions|stacks|scripts|test)/',
      pathNot: orderStatesFile,
      dependencyTypesNot: ['type-only'],
    },
  },
  only(
    'storefront-imports-contracts',
    '^storefront/src/',
    '^storefront/',
    f.contracts,
    orderStatesFile,
    packages('preact', 'oauth4webapi'),
  ),
  {
    name: 'google-sdk-only-in-google-code',
    severity: 'error',
    from: { pathNot: [f.adapters('google'), '^scripts/clouds/google/', 'node_modules/'] },
    to: { path: '@google-cloud|@grpc|@firestore-emulator' },
  },
];

const examples = folder('examples');
const staying = patternsOf(generic);
/** Code about the shop, in a folder that otherwise stays. */
const ofTheShop = patternsOf(replacedInGeneric);
const fromStaying = { path: staying, pathNot: [...ofTheShop, ...patternsOf(exceptions.map(({ file }) => file))] };

const businessRules = [
  {
    name: 'what-stays-imports-what-stays',
    comment: 'Another business replaces the rest: docs/another-workload.md.',
    severity: 'error',
    from: fromStaying,
    to: { pathNot: [...staying, ...patternsOf(tables), ...outside, diagnostics] },
  },
  {
    name: 'what-stays-knows-nothing-of-the-shop',
    severity: 'error',
    from: fromStaying,
    to: { path: ofTheShop },
  },
  // An example may use two tables: it adds no problem codes, and has its own counters.
  only(
    'examples-import-what-stays',
    examples,
    ...[examples, staying, '^functions/contracts/problem\\.ts$', '^functions/ports/runtime\\.ts$', outside],
  ),
  { name: 'examples-know-nothing-of-the-shop', severity: 'error', from: { path: examples }, to: { path: ofTheShop } },
  only('the-checker-of-an-example-has-its-own-rules', '^examples/([^/]+)/check/', '^examples/$1/check/', node),
  {
    name: 'only-commands-import-examples',
    severity: 'error',
    from: { path: '^(functions|stacks|scripts|storefront)/', pathNot: folder('scripts/commands') },
    to: { path: examples },
  },
];

export const rules = [...treeRules, ...functionRules, ...stackRules, ...scriptRules, ...businessRules];

export const cruiseOptions = {
  parser: 'swc',
  doNotFollow: { path: 'node_modules' },
  // Type imports count, too.
  tsPreCompilationDeps: true,
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'types', 'require', 'default'],
  },
};
