import { LocalBackend, type TerraformStack } from 'cdktf';
import type { Cloud } from '../model/clouds/clouds.ts';
import { project, stateName } from '../model/names.ts';
import type { Stage } from '../model/stages/stage-settings.ts';

/**
 * Terraform's state: beside the stack's file, or, with locking, in the cloud's storage. The bucket or account is given
 * to `terraform init -backend-config`, because no file may hold it.
 */
export function addState(stack: TerraformStack, stage: Stage, cloud: Cloud): void {
  new LocalBackend(stack, { path: 'terraform.tfstate' });
  if (stage.terraformState === 'local') return;
  stack.addOverride('terraform.backend.local', undefined);
  const [name, settings] = remote[cloud](`${project}/${stage.name}`, stateName(stage));
  stack.addOverride(`terraform.backend.${name}`, settings);
}

/** `path` distinguishes stages in one bucket. */
const remote: Readonly<Record<Cloud, (path: string, ofAws: string) => readonly [backend: string, settings: object]>> = {
  aws: (path, ofAws) => ['s3', { key: `${path}/${ofAws}.tfstate`, encrypt: true, use_lockfile: true }],
  azure: (path) => ['azurerm', { key: `${path}/azure.tfstate`, use_azuread_auth: true }],
  google: (path) => ['gcs', { prefix: `${path}/google` }],
};

/** Terraform 1.10 is the first version with locks in S3 itself. */
export const terraformVersion = ({ terraformState }: Stage): string =>
  terraformState === 'remote' ? '>= 1.10' : '>= 1.9';
