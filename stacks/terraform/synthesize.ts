import { App, type TerraformStack } from 'cdktf';
import type { Cloud } from '../model/clouds/clouds.ts';
import type { Stage } from '../model/stages/stage-settings.ts';
import { type CodeOf, noCode } from './code.ts';

export interface TerraformSynthesis {
  readonly stages: readonly Stage[];
  readonly clouds: readonly Cloud[];
  readonly outdir: string;
  /** Whether to bundle the functions' code; applying needs it. */
  readonly code: boolean;
}

/** The default export of `<cloud>/stack.ts`. */
type CloudStack = new (scope: App, props: { readonly stage: Stage; readonly codeOf: CodeOf }) => TerraformStack;

/** Loads one cloud on demand: its bindings take seconds to load, and a fork may have deleted the others. */
async function loadStack(cloud: Cloud): Promise<CloudStack> {
  const module: { readonly default: CloudStack } = await import(`./${cloud}/stack.ts`);
  return module.default;
}

/** Only AWS tables are replicated: on the other clouds a stage has one region. Local stages are not deployed there. */
function refuseRegions(stages: readonly Stage[], cloud: Cloud): void {
  const found = stages.find(({ name, regions }) => regions.length > 0 && !name.startsWith('local'));
  if (found)
    throw new Error(
      `regions: stage '${found.name}' has ${found.regions.join(', ')}, which only AWS knows. Use a stage without regions on ${cloud}`,
    );
}

/** Writes `stacks/<name>/cdk.tf.json` for each stage and cloud. Needs no credentials. */
export async function synthesizeTerraform(synthesis: TerraformSynthesis): Promise<void> {
  const app = new App({ outdir: synthesis.outdir });
  for (const cloud of synthesis.clouds) {
    if (cloud !== 'aws') refuseRegions(synthesis.stages, cloud);
    const Stack = await loadStack(cloud);
    const codeOf = synthesis.code ? await (await import('./code-bundles.ts')).bundledCode(cloud) : noCode;
    for (const stage of synthesis.stages) {
      // The local stages need an emulator that deploys; only AWS has one.
      if (cloud !== 'aws' && stage.name.startsWith('local')) continue;
      new Stack(app, { stage, codeOf });
    }
  }
  app.synth();
}
