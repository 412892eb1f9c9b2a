// The layers of the project, from the ground up, as rules of dependency-cruiser. Most rules name everything that a folder
// may import. A rule about a folder that was deleted holds.

const node =
  '^node:|^(assert|async_hooks|buffer|child_process|cluster|crypto|dns|events|fs|http|https|inspector|module|net|os|path|perf_hooks|process|readline|stream|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)(/|$)';
const packages = (...names: string[]) => names.map((name) => `(^|node_modules/)${name}(/|$)`);
const folder = (path: string) => `^${path}/`;
const only = (name: string, from: string, ...to: (string | readonly string[])[]) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '(^|/)node_modules/' },
  to: { pathNot: to.flat() },
});

const f = {
  lib: folder('functions/lib'),
  domain: folder('functions/domain'),
  contracts: folder('functions/contracts'),
  ports: folder('functions/ports'),
  resilience: folder('functions/resilience'),
  runtime: folder('functions/runtime'),
  adapters: (name: string) => folder(`functions/adapters/${name}`),
};
const core = [f.lib, f.domain, f.contracts, f.ports];
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
  only('http-adapters-know-no-cloud', f.adapters('http'), f.adapters('http'), core, packages('zod'), crypto),
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
    ...[ownFolder, core, f.resilience, packages('uuid', 'lru-cache'), crypto],
  ),
  only(
    'shared-code-of-entries-knows-no-cloud',
    `${services}${sharedFiles}`,
    ...[ownFolder, core, f.resilience, f.runtime, packages('zod'), crypto],
  ),
  ...['aws', 'azure', 'google'].map((cloud) =>
    only(
      `${cloud}-entries-know-no-other-service-or-cloud`,
      `${services}${cloud}\\.ts$`,
      ...[ownFolder, core, f.resilience, f.runtime, f.adapters(`(${cloud}|http|single-partition)`), node],
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

const model = folder('stacks/model');
const build = folder('stacks/build');
const deployability = folder('stacks/rules');
const outside = [node, '(^|/)node_modules/'];
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

const cli = folder('scripts/cli');
const report = folder('scripts/report');
const dynamodb = folder('scripts/dynamodb');
const prices = folder('scripts/prices');
const planner = folder('scripts/planner');
const platform = folder('scripts/platform');
const sale = folder('scripts/sale');
const operations = folder('scripts/operations');
const clouds = folder('scripts/clouds');
const functions = folder('functions');
const commands = folder('scripts/commands');

const scriptRules = [
  only('cli-is-the-ground', cli, cli, model, outside),
  only('report-is-the-ground', report, report, outside),
  only('dynamodb-knows-its-indexes', dynamodb, dynamodb, model, outside),
  only('prices-are-data', prices, prices),
  only(
    'planner-knows-the-stages-and-no-sale',
    planner,
    ...[planner, prices, dynamodb, platform, cli, report, model, build, functions, outside],
  ),
  {
    name: 'only-commands-import-the-planner',
    severity: 'error',
    from: { path: '^(functions|stacks|scripts)/', pathNot: [planner, folder('scripts/commands')] },
    to: { path: planner },
  },
  only('platform-knows-no-sale', platform, ...[platform, cli, report, model, build, functions, outside]),
  only('sale-imports-the-platform', sale, sale, platform, cli, report, model, functions, outside),
  {
    name: 'the-checker-has-its-own-rules',
    comment: 'A rule that it shared with the product would be wrong on both sides. Types and schemas are shared.',
    severity: 'error',
    from: { path: '^scripts/sale/check/' },
    to: {
      path: '^functions/',
      pathNot: [
        '^functions/contracts/',
        '^functions/runtime/parse-json\\.ts$',
        '^functions/adapters/single-partition/rows\\.ts$',
      ],
      dependencyTypesNot: ['type-only'],
    },
  },
  only('operations-import-the-sale', operations, operations, sale, platform, cli, report, model, functions, outside),
  only(
    'labs-import-the-sale-and-no-other-lab',
    '^scripts/lab/(?!simulation/operator/)([^/]+)/',
    ...[
      '^scripts/lab/$1/',
      '^scripts/lab/[^/]+\\.ts$',
      dynamodb,
      prices,
      sale,
      platform,
      cli,
      report,
      model,
      build,
      functions,
    ],
    outside,
    '^docs/',
  ),
  only(
    'the-simulated-operator-runs-the-real-tools',
    '^scripts/lab/simulation/operator/',
    ...['^scripts/lab/simulation/', '^scripts/operations/(rebuild|redrive)/', dynamodb, cli, functions, outside],
  ),
  only(
    'local-clouds-import-the-sale',
    clouds,
    ...[clouds, operations, prices, sale, platform, cli, report, model, functions, outside],
  ),
  only(
    'parity-imports-the-stacks',
    folder('scripts/parity'),
    ...[folder('scripts/parity'), platform, cli, report, folder('stacks'), outside],
  ),
  only(
    'observability-imports-the-platform',
    folder('scripts/observability'),
    ...[folder('scripts/observability'), platform, cli, model, functions, outside],
  ),
  only('verify-runs-commands', folder('scripts/verify'), folder('scripts/verify'), platform, cli, report, outside),
  only(
    'rules-command-reads-templates',
    folder('scripts/rules'),
    ...[folder('scripts/rules'), platform, cli, model, deployability, outside],
  ),
  only('upgrade-knows-no-words', folder('scripts/upgrade'), folder('scripts/upgrade'), platform, cli, outside),
  only(
    'fork-imports-parts-and-upgrade',
    folder('scripts/fork'),
    ...[folder('scripts/fork'), folder('scripts/upgrade'), folder('scripts/parts'), platform, cli, model, outside],
    '^functions/contracts/project\\.ts$',
  ),
  only('add-uses-git', '^scripts/add/', '^scripts/(add|upgrade|platform|cli)/', model, outside, '/project\\.ts$'),
  {
    name: 'a-version-renders-itself-without-packages',
    comment: 'An upgrade runs it in bare files, where nothing is installed.',
    severity: 'error',
    from: { path: '^scripts/fork/(render|rename|drop|documents|words|exceptions|answers)\\.ts$' },
    to: { path: 'node_modules/|^scripts/(platform|upgrade)/' },
  },
  only('openapi-imports-contracts', folder('scripts/openapi'), folder('scripts/openapi'), functions, outside),
  only(
    'contracts-run-the-functions',
    folder('scripts/contracts'),
    ...[folder('scripts/contracts'), folder('scripts/openapi'), dynamodb, platform, cli, model, functions, outside],
  ),
  {
    name: 'commands-import-no-command',
    severity: 'error',
    from: { path: commands },
    to: { path: commands },
  },
  {
    name: 'nothing-below-imports-a-command',
    severity: 'error',
    from: { path: '^scripts/', pathNot: commands },
    to: { path: commands },
  },
  { name: 'scripts-import-no-test', severity: 'error', from: { path: '^scripts/' }, to: { path: '^test/' } },
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

export const rules = [...treeRules, ...functionRules, ...stackRules, ...scriptRules];

export const cruiseOptions = {
  parser: 'swc',
  doNotFollow: { path: 'node_modules' },
  // An import of a type is an arrow, too.
  tsPreCompilationDeps: true,
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'types', 'require', 'default'],
  },
};
