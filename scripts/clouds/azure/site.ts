import { tableStore } from '../../../functions/adapters/azure/table-store.ts';
import { rightsStore } from '../../../functions/escrow/single-partition-store.ts';
import type { Workspace } from '../../platform/process/workspace.ts';
import { startAzurite } from './azurite.ts';
import { makeResources } from './resources.ts';

/** Stock rights in an Azurite of their own. */
export async function startSite(workspace: Workspace) {
  const azurite = await startAzurite(workspace);
  const { table } = await makeResources(azurite.connectionString);
  return { store: rightsStore(tableStore(table)), engine: `Azurite ${azurite.version}`, stop: azurite.stop };
}
