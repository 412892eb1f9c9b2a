import { existsSync } from 'node:fs';
import { join } from 'node:path';

const places = {
  azure: 'functions/adapters/azure',
  google: 'functions/adapters/google',
  cdk: 'stacks/aws',
  terraform: 'stacks/terraform',
  lab: 'scripts/lab',
  planner: 'scripts/planner',
  simulation: 'scripts/lab/simulation',
} as const;

/** What this checkout has not left out. */
export type Kept = Readonly<Record<keyof typeof places, boolean>>;

export function findKept(folder: string): Kept {
  const found = Object.entries(places).map(([part, place]) => [part, existsSync(join(folder, place))]);
  return Object.fromEntries(found) as Kept;
}
