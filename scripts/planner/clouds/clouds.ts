import { UsageError } from '../../cli/cli.ts';
import type { CloudModel } from './cloud-model.ts';

/** scripts/parts/parts.ts removes a cloud's line together with the cloud. */
const others: Readonly<Record<string, () => Promise<{ readonly model: CloudModel }>>> = {
  azure: () => import('./azure/model.ts'),
  google: () => import('./google/model.ts'),
};

export const planClouds = ['aws', ...Object.keys(others)];

/** @returns the cloud's model; undefined for AWS */
export async function findCloud(name: string): Promise<CloudModel | undefined> {
  if (!planClouds.includes(name))
    throw new UsageError(
      'cloud_unknown',
      `--cloud is '${name}', must be one of ${planClouds.join(', ')}`,
      'For example: --cloud google',
    );
  return (await others[name]?.())?.model;
}
