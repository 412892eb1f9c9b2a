import { App } from 'cdktf';
import type { Cloud } from '../model/clouds/clouds.ts';
import type { Stage } from '../model/stages/stage-settings.ts';
import { noCode } from './code.ts';

export interface TerraformSynthesis {
  readonly stages: readonly Stage[];
  readonly clouds: readonly Cloud[];
  readonly outdir: string;
  /** With the functions' code, as it takes to apply them. */
  readonly code: boolean;
}

/** Loaded by need: the bindings of one cloud are enough to wait for. */
const stackOf = {
  aws: async () => (await import('./aws/stack.ts')).AwsStack,
  azure: async () => (await import('./azure/stack.ts')).AzureStack,
  google: async () => (await import('./google/stack.ts')).GoogleStack,
};

/** Writes `stacks/<name>/cdk.tf.json` for each stage and cloud. Needs no credentials. */
export async function synthesizeTerraform(synthesis: TerraformSynthesis): Promise<void> {
  const app = new App({ outdir: synthesis.outdir });
  for (const cloud of synthesis.clouds) {
    const Stack = await stackOf[cloud]();
    const codeOf = synthesis.code ? (await import('./code-bundles.ts')).bundledCode(cloud) : noCode;
    for (const stage of synthesis.stages) {
      // A machine's own stages need an emulator that deploys: only AWS has one.
      if (cloud !== 'aws' && stage.name.startsWith('local')) continue;
      new Stack(app, { stage, codeOf });
    }
  }
  app.synth();
}
