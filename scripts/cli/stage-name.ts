import { stageNames } from '../../stacks/model/stages/stages.ts';
import { UsageError } from './cli.ts';

const localStages = stageNames.filter((name) => name.startsWith('local'));

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
