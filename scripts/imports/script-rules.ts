// The layers below `scripts`.

import { build, deployability, folder, model, only, outside } from './layers.ts';

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

export const scriptRules = [
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
  only(
    'add-uses-git',
    '^scripts/add/',
    '^scripts/(add|parts|upgrade|platform|cli)/',
    model,
    outside,
    '^functions/contracts/',
  ),
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
