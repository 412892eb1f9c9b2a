import { UsageError } from '../../cli/cli.ts';
import type { CloudModel } from './cloud-model.ts';

/** A line leaves with its cloud: scripts/parts/parts.ts. */
const others: Readonly<Record<string, () => Promise<{ readonly model: CloudModel }>>> = {
  azure: () => import('./azure/model.ts'),
  google: () => import('./google/model.ts'),
};

export const planClouds = ['aws', ...Object.keys(others)];

/** @returns undefined for AWS */
export async function findCloud(name: string): Promise<CloudModel | undefined> {
  if (!planClouds.includes(name))
    throw new UsageError(
      'cloud_unknown',
      `--cloud is '${name}', must be one of ${planClouds.join(', ')}`,
      'For example: --cloud google',
    );
  return (await others[name]?.())?.model;
}
