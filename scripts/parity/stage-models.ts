import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { composeStage } from '../../stacks/aws/compose-stage.ts';
import { nameInAccount, project } from '../../stacks/model/names.ts';
import { hasRegions, inEachRegion } from '../../stacks/model/stages/regions.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import type { CloudFormationFile } from '../../stacks/rules/template/stack-links.ts';
import { projectFolder } from '../platform/process/paths.ts';
import { runStacks } from '../platform/terraform/apply.ts';
import type { TerraformFile } from '../platform/terraform/translate/terraform-text.ts';
import { buildTerraformGraph } from '../platform/terraform/translate/translate.ts';
import { buildCdkGraph } from './from-cdk.ts';
import { mergeCdk } from './merge-cdk.ts';
import { buildModel, type Model } from './model.ts';

/** A stage as synthesized by both tools. */
export interface Synths {
  readonly cdk: Readonly<Record<string, CloudFormationFile>>;
  readonly terraform: TerraformFile;
}

export function buildModels({ cdk, terraform }: Synths): { readonly cdk: Model; readonly terraform: Model } {
  return { cdk: buildModel(mergeCdk(buildCdkGraph(cdk))), terraform: buildModel(buildTerraformGraph(terraform)) };
}

/** Name of a stage in one of its regions. */
export const cellName = (cell: Stage): string => (hasRegions(cell) ? `${cell.name} in ${cell.region}` : cell.name);

/** Synthesizes stages, in each of their regions, with both tools, without the functions' code. */
export async function synthesizeBoth(stages: readonly Stage[]): Promise<ReadonlyMap<string, Synths>> {
  const folder = mkdtempSync(join(tmpdir(), `${project}-parity-`));
  try {
    await runStacks(['--stage', 'all', '--cloud', 'aws', '--no-code', '--out', folder]);
    return new Map(
      stages.flatMap(inEachRegion).map((cell) => {
        const name = nameInAccount(cell, 'aws');
        const file = join(folder, 'stacks', name, 'cdk.tf.json');
        const terraform = JSON.parse(readFileSync(file, 'utf8')) as TerraformFile;
        return [cellName(cell), { cdk: synthesizeCdk(cell, join(folder, 'cdk', name)), terraform }];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function synthesizeCdk(stage: Stage, outdir: string): Record<string, CloudFormationFile> {
  const { context } = JSON.parse(readFileSync(join(projectFolder, 'cdk.json'), 'utf8')) as { context: object };
  const app = new App({ context: { ...context }, outdir, analyticsReporting: false });
  const code = Code.fromInline('exports.handler = async () => undefined;');
  composeStage(app, { stage, codeOf: () => code, storefront: { code, revision: 'none' } });
  app.synth();
  const suffix = '.template.json';
  return Object.fromEntries(
    readdirSync(outdir)
      .filter((name) => name.endsWith(suffix))
      .map((name) => [
        name.slice(0, -suffix.length),
        JSON.parse(readFileSync(join(outdir, name), 'utf8')) as CloudFormationFile,
      ]),
  );
}
