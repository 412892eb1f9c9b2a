import { type Explanation, explained } from './explained-differences.ts';
import type { Model } from './model.ts';

/** A setting that differs between the two stacks. An undefined side lacks it. */
export interface Difference {
  readonly resource: string;
  readonly setting: string;
  readonly cdk: string | undefined;
  readonly terraform: string | undefined;
  /** Why the difference is correct; undefined if unexplained. */
  readonly reason: string | undefined;
}

export interface Comparison {
  readonly resources: number;
  readonly settings: number;
  readonly differences: readonly Difference[];
}

export function compareModels(cdk: Model, terraform: Model, list: readonly Explanation[] = explained): Comparison {
  const differences: Difference[] = [];
  const resources = new Set([...cdk.keys(), ...terraform.keys()]);
  let settings = 0;
  for (const resource of resources) {
    const [one, other] = [cdk.get(resource), terraform.get(resource)];
    for (const setting of new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])) {
      settings += 1;
      const [first, second] = [one?.get(setting), other?.get(setting)];
      if (first === second) continue;
      const difference = { resource, setting, cdk: first, terraform: second };
      differences.push({ ...difference, reason: list.find((row) => explains(row, difference))?.reason });
    }
  }
  return { resources: resources.size, settings, differences };
}

function explains(row: Explanation, { resource, setting, cdk, terraform }: Omit<Difference, 'reason'>): boolean {
  const side = (wanted: string | undefined, got: string | undefined) => wanted === undefined || wanted === (got ?? '');
  return (
    row.resource.test(resource) && row.setting.test(setting) && side(row.cdk, cdk) && side(row.terraform, terraform)
  );
}
