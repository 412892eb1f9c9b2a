import { stageNames } from '../../stacks/model/stages/stages.ts';
import { CliError } from './cli.ts';

const localStages = stageNames.filter((name) => name.startsWith('local'));

/** Parses the value of --stage for a local platform; undefined leaves the choice to the engine. */
export function parseLocalStage(name: string | undefined): { readonly stage?: string } {
  if (name === undefined) return {};
  if (localStages.includes(name)) return { stage: name };
  throw new CliError(
    'stage_unknown',
    `--stage is '${name}', must be one of ${localStages.join(', ')}`,
    'For example: --stage local. Other stages are deployed to AWS: npx cdk deploy --all -c stage=dev',
  );
}
