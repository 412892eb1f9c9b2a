import { CliError } from '../../cli/cli.ts';

/** A version that receives no calls yet. */
export interface Waiting {
  readonly service: string;
  /** The version that receives the calls. */
  readonly from: string;
  readonly to: string;
}

export interface DeploymentStatus {
  /** CodeDeploy's status: `InProgress`, `Succeeded`, `Failed`, `Stopped` and others. */
  readonly status: string;
  readonly message: string;
}

export interface ReleasePorts {
  /** The version behind the alias, and the newest one; undefined for a function that is not deployed. */
  readonly readVersions: (service: string) => Promise<{ from: string; to: string } | undefined>;
  /** @returns the deployment's id */
  readonly start: (waiting: Waiting) => Promise<string>;
  readonly readStatus: (deploymentId: string) => Promise<DeploymentStatus>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly onStep: (text: string) => void;
}

const pollMs = 5_000;
const ended = ['Succeeded', 'Failed', 'Stopped'];

/**
 * Shifts the calls of each function to its newest version, all functions concurrently, and waits for the end.
 *
 * @throws {CliError} release_rolled_back, naming every function whose calls were shifted back
 */
export async function release(services: readonly string[], ports: ReleasePorts): Promise<readonly Waiting[]> {
  const found = await Promise.all(
    services.map(async (service) => ({ service, versions: await ports.readVersions(service) })),
  );
  const waiting = found.flatMap(({ service, versions }) =>
    versions && versions.from !== versions.to ? [{ service, ...versions }] : [],
  );
  const results = await Promise.all(waiting.map(async (one) => ({ ...one, ...(await runOne(one, ports)) })));
  const bad = results.filter(({ status }) => status !== 'Succeeded');
  if (bad.length === 0) return waiting;
  throw new CliError(
    'release_rolled_back',
    bad
      .map(({ service, from, to, status, message }) => `${service} ${from} -> ${to}: ${status}. ${message}`)
      .join('\n'),
    'The previous version receives all calls again. See docs/runbook.md#release-rolled-back.',
  );
}

async function runOne(waiting: Waiting, ports: ReleasePorts): Promise<DeploymentStatus> {
  const { service, from, to } = waiting;
  const id = await ports.start(waiting);
  ports.onStep(`${service} ${from} -> ${to}: ${id}`);
  for (;;) {
    const state = await ports.readStatus(id);
    if (ended.includes(state.status)) {
      ports.onStep(`${service} ${from} -> ${to}: ${state.status}`);
      return state;
    }
    await ports.sleep(pollMs);
  }
}

export interface AppSpecNames {
  readonly functionName: string;
  readonly alias: string;
  readonly before: string;
  readonly after: string;
}

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-example.html#appspec-file-example-lambda */
export function toAppSpec({ from, to }: Waiting, { functionName, alias, before, after }: AppSpecNames): string {
  const Properties = { Name: functionName, Alias: alias, CurrentVersion: from, TargetVersion: to };
  return JSON.stringify({
    version: 0.0,
    Resources: [{ [functionName]: { Type: 'AWS::Lambda::Function', Properties } }],
    Hooks: [{ BeforeAllowTraffic: before }, { AfterAllowTraffic: after }],
  });
}
