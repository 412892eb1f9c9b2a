import { CliError } from '../../cli/cli.ts';
import type { DeployedSystem } from '../../sale/deployed-quiescence.ts';

/** A platform, or what another process knows of it. */
export interface DrillSystem extends DeployedSystem {
  readonly issuer: { token(request: { customer: string; admin?: boolean }): Promise<string> };
}

export interface DrillOptions {
  /** How long the trouble lasts. */
  readonly seconds: number;
  /** Orders a second that the system can do; default: found out first. */
  readonly peak?: number | undefined;
  /** What the drill does now. */
  readonly say: (text: string) => void;
}

/** Something that must hold, and what was measured. */
export interface Finding {
  readonly what: string;
  readonly measured: string;
  readonly limit: string;
  readonly holds: boolean;
  /** True when it is about time: that of a few seconds on a busy machine proves nothing. */
  readonly timing?: true;
}

export interface DrillResult {
  readonly hypothesis: string;
  readonly findings: readonly Finding[];
  /** What else was seen. */
  readonly facts: readonly (readonly [what: string, value: string])[];
  /** What is not as it would be on AWS. */
  readonly notes: readonly string[];
  /** SVG by file name. */
  readonly charts: Readonly<Record<string, string>>;
}

export type Drill = (system: DrillSystem, options: DrillOptions) => Promise<DrillResult>;

/** The endpoint of the engine, behind the gateway that can spoil calls. */
export function gatewayOf({ endpointUrl }: Pick<DrillSystem, 'endpointUrl'>): string {
  if (endpointUrl !== undefined) return endpointUrl;
  throw new CliError(
    'emulator_only',
    'this drill spoils calls in the local gateway, and AWS has none',
    'Run it locally.',
  );
}

/** Share of a number in another, for people: '97 %'. */
export const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(0)} %`;
