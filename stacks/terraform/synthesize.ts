import { App } from 'cdktf';
import type { Stage } from '../stage-settings.ts';
import { AwsStack } from './aws/stack.ts';
import { noCode } from './code.ts';

export interface TerraformSynthesis {
  readonly stages: readonly Stage[];
  readonly outdir: string;
  /** With the functions' code, as it takes to apply them. */
  readonly code: boolean;
}

/** Writes `stacks/<name>/cdk.tf.json` for each stage and cloud. Needs no credentials. */
export async function synthesizeTerraform({ stages, outdir, code }: TerraformSynthesis): Promise<void> {
  const app = new App({ outdir });
  // The bundler loads CDK, which nobody needs who only reads.
  const codeOf = code ? (await import('./code-bundles.ts')).bundledCode() : noCode;
  for (const stage of stages) new AwsStack(app, { stage, codeOf });
  app.synth();
}
