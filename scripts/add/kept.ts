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

/** The parts of the project that this checkout still has. */
export type Kept = Readonly<Record<keyof typeof places, boolean>>;

export function findKept(folder: string): Kept {
  const found = Object.entries(places).map(([part, place]) => [part, existsSync(join(folder, place))]);
  return Object.fromEntries(found) as Kept;
}
