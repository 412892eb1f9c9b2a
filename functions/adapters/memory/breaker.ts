import type { BreakerRecord } from '../../domain/breaker.ts';
import type { BreakerStore } from '../../ports/breaker.ts';

/** Shared by all environments that get the same instance. `turn` is awaited before each call. */
export function breakerStore(turn: () => Promise<void> = async () => {}): BreakerStore {
  const records = new Map<string, BreakerRecord>();
  return {
    async read(name) {
      await turn();
      return records.get(name);
    },
    async replace(name, before, after) {
      await turn();
      if (records.get(name)?.version !== before?.version) return false;
      records.set(name, after);
      return true;
    },
  };
}
