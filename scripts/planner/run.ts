import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { findStage } from '../../stacks/model/stages/stages.ts';
import { CliError, UsageError } from '../cli/cli.ts';
import { awsRegions } from '../prices/aws/prices.ts';
import { loadScenario } from './inputs.ts';
import { planLoad } from './model/plan.ts';
import { readProfile } from './profile/read-profile.ts';
import type { Profile } from './profile/schema.ts';
import { buildReport, type PlanReport } from './report/build.ts';
import { readMeasured } from './report/measured.ts';

const samples = join(import.meta.dirname, '../../docs/samples');

export interface PlanRequest {
  readonly stage: string;
  /** AWS by default. */
  readonly cloud?: string;
  readonly profile: Profile;
  readonly measured: string | undefined;
  readonly region: string | undefined;
  readonly freeTier: boolean;
  readonly sensitivity: boolean;
  readonly scales: readonly number[];
  readonly onStep: (text: string) => void;
}

/** Reads a profile from a file or a named sample. @default the stage's own sample */
export function findProfile(name: string | undefined, stage: string): Profile {
  const file = name ?? join(samples, `plan-${stage}.yaml`);
  if (existsSync(file)) return readProfile(file);
  const sample = join(samples, `${name}.yaml`);
  if (name !== undefined && existsSync(sample)) return readProfile(sample);
  throw new CliError(
    'profile_missing',
    `there is no profile ${file}`,
    'Pass a file: --profile docs/samples/plan-prod.yaml. The words are in docs/planning.md.',
  );
}

export async function planStage(request: PlanRequest): Promise<PlanReport> {
  const { stage: name, cloud, profile, measured, sensitivity, scales, freeTier, onStep } = request;
  const stage = findStage(name);
  const durations =
    measured === undefined ? {} : readMeasured(measured, (service) => stage.functions[service].memoryMb);
  onStep(`planning ${name}${cloud === undefined ? '' : ` on ${cloud}`}`);
  const scenario = await loadScenario(name, profile, durations, cloud);
  const region = regionOf(request.region, stage, scenario.elsewhere?.model.regions);
  return buildReport(planLoad(scenario), { region, freeTier, sensitivity, scales, onStep });
}

function regionOf(asked: string | undefined, stage: Stage, elsewhere: readonly string[] | undefined): string {
  // Another cloud has no price column for the stage's region, and a local stage has no region.
  const regions: readonly string[] = elsewhere ?? awsRegions;
  const own = stage.name.startsWith('local') ? null : stage.region;
  const region = asked ?? (elsewhere ? regions[0] : own) ?? awsRegions[0];
  if (regions.includes(region)) return region;
  throw new UsageError(
    'region_unknown',
    `--region is '${region}', must be one of ${regions.join(', ')}`,
    `For example: --region ${regions[0]}. Other regions have no price here.`,
  );
}
