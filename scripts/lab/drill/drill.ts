import { CliError } from '../../cli/cli.ts';
import type { Versions } from '../../platform/functions/versions.ts';
import type { Chart } from '../../report/chart.ts';
import type { Finding } from '../../report/finding.ts';
import type { DeployedSystem } from '../../sale/deployed-quiescence.ts';

/** A local platform, or the description of one that another process runs. */
export interface DrillSystem extends DeployedSystem {
  readonly issuer: { token(request: { customer: string; admin?: boolean }): Promise<string> };
  /** Only where the functions run in this process. */
  readonly versions?: Versions | undefined;
}

export interface DrillOptions {
  /** Duration of the fault. */
  readonly seconds: number;
  /** Orders per second that the system can handle; measured first by default. */
  readonly peak?: number | undefined;
  /** Commit or tag of the previous version. */
  readonly base?: string | undefined;
  /** Reports progress. */
  readonly say: (text: string) => void;
}

export interface DrillResult {
  readonly hypothesis: string;
  readonly findings: readonly Finding[];
  /** Observations for information, without a limit. */
  readonly facts: readonly (readonly [what: string, value: string])[];
  /** Differences from AWS. */
  readonly notes: readonly string[];
  readonly charts: readonly Chart[];
}

export type Drill = (system: DrillSystem, options: DrillOptions) => Promise<DrillResult>;

/** The engine's endpoint behind the gateway that injects faults. */
export function requireGateway({ endpointUrl }: Pick<DrillSystem, 'endpointUrl'>): string {
  if (endpointUrl !== undefined) return endpointUrl;
  throw new CliError(
    'emulator_only',
    'this drill injects faults in the local gateway, and AWS has none',
    'Run it locally.',
  );
}

/** Formats a share: '97 %'. */
export const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(0)} %`;
