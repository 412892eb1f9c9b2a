import { hasRegions } from '../../stacks/model/stages/regions.ts';
import { findStage, stageNames } from '../../stacks/model/stages/stages.ts';
import { UsageError } from './cli.ts';

/** One platform is one region: several are for `npm run drill -- region`. */
const localStages = stageNames.filter((name) => name.startsWith('local') && !hasRegions(findStage(name)));

/** Parses the value of --stage for a local platform; undefined leaves the choice to the engine. */
export function parseLocalStage(name: string | undefined): { readonly stage?: string } {
  if (name === undefined) return {};
  if (localStages.includes(name)) return { stage: name };
  throw new UsageError(
    'stage_unknown',
    `--stage is '${name}', must be one of ${localStages.join(', ')}`,
    'For example: --stage local. Other stages are deployed to AWS: npx cdk deploy --all -c stage=dev',
  );
}

/** Parses the value of --stage for a command that only synthesizes. */
export function parseStage(name: string): string {
  if (stageNames.includes(name)) return name;
  throw new UsageError(
    'stage_unknown',
    `--stage is '${name}', must be one of ${stageNames.join(', ')}`,
    'For example: --stage dev. The stages are in stacks/model/stages/stages.ts.',
  );
}

/** Parses the value of --region for a stage of several regions; undefined is its home. */
export function parseRegion(stage: string, region: string | undefined): string | undefined {
  if (region === undefined) return undefined;
  const { regions } = findStage(parseStage(stage));
  if (regions.includes(region)) return region;
  throw new UsageError(
    'region_unknown',
    regions.length === 0
      ? `--region is '${region}', but stage ${stage} is in one region`
      : `--region is '${region}', must be one of ${regions.join(', ')}`,
    regions.length === 0 ? 'Omit it.' : `For example: --region ${regions[0]}`,
  );
}
