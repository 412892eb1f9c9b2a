/** One line of a file that names a part: replaced, or deleted where `to` is missing. */
export interface LineEdit {
  readonly file: string;
  /** The whole line without its indentation; it occurs exactly once in the file. */
  readonly line: string;
  readonly to?: string;
}

export interface Part {
  readonly title: string;
  /** The forks that should keep it. */
  readonly keep: string;
  /** Globs below the project: the folders, then what belongs to the part elsewhere. */
  readonly paths: readonly string[];
  /** At most five. */
  readonly edits: readonly LineEdit[];
}

const steps = 'scripts/test/steps.ts';
const tools = 'scripts/platform/deploy/tools.ts';
const deployedEdge = 'scripts/platform/edge/deployed-edge.ts';
const bench = 'scripts/commands/prove/bench.ts';
const demo = 'scripts/commands/run/demo.ts';
const simulation = 'scripts/lab/simulation';
const planClouds = 'scripts/planner/clouds/clouds.ts';
/** Compares the clouds: without one of them there is nothing to compare. */
const cloudTable = ['stacks/model/clouds/cloud-table.ts', 'test/terraform/cloud-table.test.ts'];
/** Reads the stacks of both Azure and Google. */
const cloudNames = 'test/terraform/names.test.ts';
/** Reads the stacks of both clouds with a deployer. */
const deployers = 'test/terraform/deployers.test.ts';
/** Needs the variables of both clouds. */
const doctorVariables = 'test/terraform/doctor-variables.test.ts';
/** Publishes to both clouds. */
const publishing = 'test/terraform/publish.test.ts';
const readCloudFormation = "import { readCloudFormation } from '../../stacks/rules/template/read-cloudformation.ts';";
/** Need Azurite as the second site. */
const sites = ['scripts/lab/sites', 'scripts/commands/prove/sites.ts', 'test/clouds/sites.test.ts'];

const nightly = '.github/workflows/nightly.yml';

/** Runs the adapters on the simulated Firestore. */
const lostOnGoogle = 'test/clouds/google/lost-answers.test.ts';

/** Deployed with CDK. */
const examples = [
  'examples',
  'scripts/commands/{run/jobs,prove/jobs-simulate}.ts',
  'test/{synth,unit}/examples',
] as const;
/** The example on the simulation's engine. */
const simulatedExample = [
  'examples/*/simulation',
  'scripts/commands/prove/jobs-simulate.ts',
  'test/unit/examples/*/simulation.test.ts',
];

const lab = [
  'scripts/lab',
  ...simulatedExample,
  nightly,
  'scripts/commands/{prove,maintain}/{bench,contract,crash-points,drill,fuzz,grants,rename-check,simulate,sites,soak}.ts',
  'docs/performance.md',
  'test/unit/lab',
  'test/simulation',
  'test/clouds/simulation',
  lostOnGoogle,
  'test/synth/rename.test.ts',
  'test/clouds/sites.test.ts',
  'test/integration/contract.test.ts',
  'test/integration/faults/{drills,fuzz,soak}.test.ts',
  'test/integration/workers/{crash-points,grants}.test.ts',
];

/** The removable parts, and how to remove each. */
export const parts = {
  azure: {
    title: 'Azure: adapters, entries, stacks, local emulators',
    keep: 'Teams that deploy to Azure, or want proof that the core runs elsewhere.',
    paths: [
      'functions/adapters/azure',
      'functions/*/azure.ts',
      'stacks/terraform/azure',
      'stacks/rules/azure',
      'stacks/model/clouds/azure-{host,names}.ts',
      'scripts/operations/doctor/azure',
      'test/unit/operations/doctor/azure.test.ts',
      'scripts/clouds/azure',
      'scripts/planner/clouds/azure',
      'test/unit/planner/clouds/azure*.test.ts',
      'test/clouds/azure',
      'test/unit/adapters/azure-message-text.test.ts',
      'scripts/lab/simulation/partition/azure',
      'scripts/lab/simulation/mutants/azure.ts',
      'test/clouds/conformance/azure*.ts',
      'test/terraform/azure{,-protection}.test.ts',
      cloudNames,
      deployers,
      doctorVariables,
      publishing,
      ...cloudTable,
      ...sites,
    ],
    edits: [
      { file: planClouds, line: "azure: () => import('./azure/model.ts')," },
      {
        file: `${simulation}/partition/load.ts`,
        line: "export const loadEntries = async () => (await import('./azure/entries.ts')).azureServices;",
      },
      { file: `${simulation}/mutants.ts`, line: "import { azureEntries } from './mutants/azure.ts';" },
      {
        file: `${simulation}/mutants.ts`,
        line: 'partition: [...partition, ...azureEntries],',
        to: 'partition,',
      },
    ],
  },
  google: {
    title: 'Google Cloud: adapters, entries, stacks, local emulators',
    keep: 'Teams that deploy to Google Cloud, or want proof that the core runs elsewhere.',
    paths: [
      'functions/adapters/google',
      'functions/*/google.ts',
      'stacks/terraform/google',
      'stacks/rules/google',
      'stacks/model/clouds/google-{apis,deploy-permissions,scaling,topology}.ts',
      'scripts/operations/doctor/google',
      'test/unit/operations/doctor/google.test.ts',
      'scripts/clouds/google',
      'scripts/planner/clouds/google',
      'test/unit/planner/clouds/google*.test.ts',
      'test/clouds/google',
      'test/clouds/conformance/google*.ts',
      'test/terraform/google{,-protection}.test.ts',
      cloudNames,
      deployers,
      doctorVariables,
      publishing,
      'scripts/lab/simulation/firestore',
      'scripts/lab/simulation/mutants/firestore.ts',
      ...cloudTable,
    ],
    edits: [
      { file: planClouds, line: "google: () => import('./google/model.ts')," },
      {
        file: `${simulation}/protocols.ts`,
        line: "export const protocols = ['dynamodb', 'partition', 'firestore'] as const;",
        to: "export const protocols = ['dynamodb', 'partition'] as const;",
      },
      { file: `${simulation}/platforms.ts`, line: "firestore: () => import('./firestore/load.ts')," },
      { file: `${simulation}/mutants.ts`, line: "import { firestore } from './mutants/firestore.ts';" },
      { file: `${simulation}/mutants.ts`, line: 'firestore,' },
    ],
  },
  terraform: {
    title: 'Terraform (CDKTF): stacks of all clouds, apply, parity with CDK',
    keep: 'Teams that deploy with Terraform, and every deployment to Azure or Google.',
    paths: [
      'stacks/terraform',
      'scripts/platform/terraform',
      'scripts/parity',
      'scripts/commands/deploy/{parity,publish,release,terraform}.ts',
      // With CDK, the deploy itself moves the calls.
      'scripts/operations/release',
      'test/unit/release',
      'scripts/clouds/{publish,idle-cost.ts,idle-cost-aws.ts,idle-row.ts}',
      'scripts/clouds/*/publish-steps.ts',
      'scripts/rules/read-terraform-stack.ts',
      'test/unit/rules/{alarm-math,callers-by-terraform,read-foreign,roles-by-terraform}.test.ts',
      'test/terraform',
      '.github/workflows/{terraform,plan}.yml',
    ],
    edits: [
      {
        file: 'scripts/rules/read-files.ts',
        line: readCloudFormation,
        to: `import { readTemplate as readTerraformStack } from '../../stacks/rules/read-file.ts';\n${readCloudFormation}`,
      },
      { file: 'scripts/rules/read-files.ts', line: "import { readTerraformStack } from './read-terraform-stack.ts';" },
      { file: tools, line: "import { terraformTool } from '../terraform/tool.ts';" },
      { file: tools, line: 'terraform: terraformTool,' },
      {
        file: steps,
        line: "{ part: 'terraform', name: 'Terraform stacks', command: vitest('terraform'), needs: ['terraform'] },",
      },
    ],
  },
  cdk: {
    title: 'CDK: the stacks for CloudFormation',
    keep: 'Teams that deploy to AWS with CDK; it is what the local platform deploys unless told otherwise.',
    paths: [
      'stacks/aws',
      'cdk.json',
      '.github/workflows/{deploy,review}.yml',
      'scripts/platform/cdk',
      'scripts/parity',
      'scripts/commands/deploy/parity.ts',
      'test/terraform/{parity,regions-parity}.test.ts',
      'test/clouds/conformance/aws*.ts',
      ...examples,
      'test/synth/aws',
      // Compares the roles of both tools.
      'test/synth/deploy-role.test.ts',
      // It deploys by CDK twice.
      'test/platforms/redeploy.test.ts',
      'test/support/redeploy-driver.ts',
    ],
    edits: [
      { file: tools, line: "import { cdkTool } from '../cdk/tool.ts';" },
      { file: tools, line: 'cdk: cdkTool,' },
    ],
  },
  storefront: {
    title: 'The storefront in the browser',
    keep: 'Teams that sell to people rather than to other systems.',
    paths: [
      'storefront',
      'stacks/build/storefront.ts',
      'scripts/platform/edge/watch-storefront.ts',
      'test/browser',
      'test/unit/storefront',
      'scripts/pictures',
      'scripts/commands/maintain/pictures.ts',
    ],
    edits: [
      { file: deployedEdge, line: "import { watchStorefront } from './watch-storefront.ts';" },
      {
        file: deployedEdge,
        line: 'if (deployed.watch) ends.push(watchStorefront({ s3: sdk.s3, outputs, edge, say: onLog }));',
      },
      {
        file: steps,
        line: "{ part: 'types', name: 'types, storefront', command: ['tsc', '-p', 'storefront'] },",
      },
      {
        file: steps,
        line: "{ part: 'browser', name: 'storefront in a browser', command: vitest('browser'), env: { STAGE: 'local' } },",
      },
    ],
  },
  lab: {
    title: 'The laboratory: simulation, soak, drills, fuzz, crash points, grants, benchmarks, sites',
    keep: 'Everyone who changes the order path.',
    paths: lab,
    edits: [{ file: steps, line: "{ part: 'simulation', name: 'simulation', command: vitest('simulation') }," }],
  },
  examples: {
    title: 'Another workload on the same platform: a queue of jobs',
    keep: 'Teams that sell nothing, and look for what serves any business.',
    paths: examples,
    edits: [],
  },
  planner: {
    title: 'The planner: loads, limits and costs of a stage before it is deployed',
    keep: 'Teams that expect a rush, or that are asked what it will cost.',
    paths: [
      'scripts/planner',
      'scripts/commands/deploy/{plan,tune}.ts',
      'test/unit/planner',
      'docs/samples/{sale-month,plan-*}.yaml',
      'docs/samples/load-profile.schema.json',
    ],
    edits: [
      { file: demo, line: "import { beginComparison } from '../../planner/sale-calls/begin.ts';" },
      { file: demo, line: "import { readStepsLog } from '../../sale/steps-log.ts';" },
      {
        file: demo,
        line: 'const compare = faults ? undefined : beginComparison(platform, readStepsLog);',
        to: 'const compare = undefined;',
      },
    ],
  },
  simulation: {
    title: 'The simulation with its mutants',
    keep: 'Everyone who changes a use case or an adapter.',
    paths: [
      'scripts/lab/simulation',
      nightly,
      'scripts/commands/prove/simulate.ts',
      'test/{clouds/simulation,simulation}',
      lostOnGoogle,
      ...simulatedExample,
      'test/unit/lab/simulation',
    ],
    edits: [
      { file: steps, line: "{ part: 'simulation', name: 'simulation', command: vitest('simulation') }," },
      { file: bench, line: "import { hotShardLine } from '../../lab/simulation/group-commit.ts';" },
      { file: bench, line: 'process.stdout.write(await hotShardLine());' },
      { file: bench, line: "import { benchCalls } from '../../lab/simulation/costs/bench-calls.ts';" },
      { file: bench, line: "if (only === 'calls') return benchCalls(usage, rest);" },
    ],
  },
} as const satisfies Readonly<Record<string, Part>>;

export type PartName = keyof typeof parts;
export const partNames = Object.keys(parts) as PartName[];
