import { rightsKey } from '../../../../functions/adapters/aws/keys.ts';
import { MemoryPartitions } from '../../../../functions/adapters/memory/partition-store.ts';
import { rightsPartition, rightsRowKey } from '../../../../functions/adapters/single-partition/keys.ts';
import { rightsRow } from '../../../../functions/escrow/contract.ts';
import { rightsStore as dynamoRights } from '../../../../functions/escrow/dynamodb-store.ts';
import type { RightsStore } from '../../../../functions/escrow/ports.ts';
import { noRights, type Rights } from '../../../../functions/escrow/rights.ts';
import { rightsStore as partitionRights } from '../../../../functions/escrow/single-partition-store.ts';
import { simulateTables } from '../dynamodb/client.ts';
import { simulatePartitionStore } from '../partition/platform.ts';
import type { CallMaker } from '../world/calls.ts';

export const sites = ['dublin', 'oregon', 'tokyo'] as const;
export type Site = (typeof sites)[number];

export interface SimulatedSite {
  readonly store: RightsStore;
  /** Current rights, read outside simulated time. */
  peek(): Rights;
}

/** One store per site: DynamoDB in Dublin, single-partition stores elsewhere. Calls `changed` on every commit. */
export function simulatedSites(calls: CallMaker, sku: string, changed: () => void): Record<Site, SimulatedSite> {
  return { dublin: onDynamo(), oregon: onPartitions(), tokyo: onPartitions() };

  function onDynamo(): SimulatedSite {
    const tables = simulateTables(calls, changed);
    return { store: dynamoRights('stock'), peek: () => rightsIn(tables.get('stock', rightsKey(sku))) };
  }

  function onPartitions(): SimulatedSite {
    const memory = new MemoryPartitions(changed);
    const peek = () => rightsIn(memory.read(rightsPartition(sku), rightsRowKey)?.value);
    return { store: partitionRights(simulatePartitionStore({ calls }, memory)), peek };
  }
}

function rightsIn(row: unknown): Rights {
  return row === undefined ? noRights : rightsRow.parse(row);
}
