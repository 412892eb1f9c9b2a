import type { Target } from '../engine/target.ts';
import type { Network } from '../gateway/network.ts';

/** A region's own settings, and the parts that it shares with the run's other regions. */
export interface Cell<Shared> {
  readonly region: string;
  readonly network: Network;
  /** Parts started by the first region; undefined in that region. */
  readonly shared: Shared | undefined;
  /** Secrets that the partner accepts; each region adds its own. */
  readonly secrets: string[];
  /** Creates resources that the stacks expect to exist. */
  beforeDeploy(target: Target): Promise<void>;
}
