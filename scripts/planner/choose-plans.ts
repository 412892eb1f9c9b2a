import { stageNames } from '../../stacks/model/stages/stages.ts';
import { CliError, UsageError } from '../cli/cli.ts';
import { parseStage } from '../cli/stage-name.ts';
import { planClouds } from './clouds/clouds.ts';
import { findProfile } from './run.ts';

/** Command line options that select the plans. */
export interface Choice {
  readonly stage?: string | undefined;
  readonly cloud?: string | undefined;
  readonly compare?: string | undefined;
  readonly profile?: string | undefined;
}

export interface Planned {
  readonly stage: string;
  readonly cloud: string | undefined;
}

/** One stage, several stages, or one stage on several clouds. */
export function listPlans(words: Choice): readonly Planned[] {
  const { cloud } = words;
  const compared = words.compare?.split(',') ?? [];
  const known = compared.filter((name) => planClouds.includes(name));
  if (known.length === 0) {
    if (words.compare !== undefined && words.stage !== undefined)
      throw new UsageError(
        'usage',
        '--compare names the stages, so --stage has no effect beside it',
        `For example: --compare ${[words.stage, ...compared.filter((name) => name !== words.stage)].join(',')}`,
      );
    const stages = words.compare?.split(',').map(parseStage) ?? [stageOf(words)];
    return stages.map((stage) => ({ stage, cloud }));
  }
  if (known.length < compared.length || cloud !== undefined)
    throw new UsageError(
      'usage',
      `--compare takes stages or clouds (${planClouds.join(', ')}), not both, and clouds take no --cloud`,
      'For example: --stage prod --compare aws,azure,google',
    );
  const stage = stageOf(words);
  return compared.map((name) => ({ stage, cloud: name }));
}

/** The stage from the command line, else from the profile. */
function stageOf({ stage, profile }: Choice): string {
  if (stage !== undefined) return parseStage(stage);
  const found = profile === undefined ? undefined : findProfile(profile, '').stage;
  if (found === undefined)
    throw new UsageError(
      'usage',
      '--stage is missing, and no profile names one',
      'For example: npm run plan -- --stage prod',
    );
  if (stageNames.includes(found)) return found;
  throw new CliError(
    'profile_invalid',
    `${profile}: stage is '${found}', must be one of ${stageNames.join(', ')}`,
    'The stages are in stacks/model/stages/stages.ts. --stage NAME plans another one.',
  );
}

const taken: Readonly<Record<string, readonly string[]>> = {
  validate: [],
  export: ['stage', 'profile', 'seed'],
};

/** Rejects an option that would have no effect. @throws {UsageError} usage */
export function refuseIgnored(words: Readonly<Record<string, string | boolean | undefined>>): void {
  const given = Object.keys(words).filter((name) => words[name] !== undefined && words[name] !== false);
  const mode = Object.keys(taken).find((name) => given.includes(name));
  if (mode === undefined) return;
  const allowed = taken[mode] ?? [];
  const ignored = given.find((name) => name !== mode && !allowed.includes(name));
  if (ignored === undefined) return;
  const rule = allowed.length === 0 ? 'stands alone' : `takes ${allowed.map((name) => `--${name}`).join(', ')} only`;
  throw new UsageError('usage', `--${mode} ${rule}, so --${ignored} has no effect`, `Omit --${ignored}.`);
}
