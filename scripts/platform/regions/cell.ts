import type { Target } from '../engine/target.ts';
import type { Network } from '../gateway/network.ts';

/** A region's own engine and gateway, and what it shares with the other regions of a run. */
export interface Cell<Shared> {
  readonly region: string;
  readonly network: Network;
  /** What the region that started first offers; undefined in that region. */
  readonly shared: Shared | undefined;
  /** What the partner accepts; each region adds its own. */
  readonly secrets: string[];
  /** Creates what the stacks expect to be there. */
  beforeDeploy(target: Target): Promise<void>;
}
