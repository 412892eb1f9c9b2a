import type { PartitionStore, Row } from '../../functions/adapters/single-partition/store.ts';
import * as sweep from '../../functions/adapters/single-partition/sweep.ts';
import { countEvent, type ProjectionPorts } from '../../functions/projection/count-event.ts';
import { toStores } from './check/partition-snapshot.ts';

export { partitionPorts } from '../../functions/adapters/single-partition/ports.ts';

/** Does the timer's work up to the views, and publishes nothing. */
export function sweepProduct(store: PartitionStore, sku: string, ports: ProjectionPorts): Promise<void> {
  return sweep.sweepProduct(store, sku, (event) => countEvent(event, ports));
}

export function toSnapshot(partitions: ReadonlyMap<string, ReadonlyMap<string, Row>>) {
  return toStores(
    [...partitions].flatMap(([partition, rows]) => [...rows.values()].map((row) => ({ partition, ...row }))),
  );
}
