import { tableStore } from '../../../functions/adapters/azure/table-store.ts';
import { rightsStore } from '../../../functions/escrow/single-partition-store.ts';
import type { Workspace } from '../../platform/process/workspace.ts';
import { startAzurite } from './azurite.ts';
import { createResources } from './resources.ts';

/** Starts a site that keeps its stock rights in its own Azurite. */
export async function startSite(workspace: Workspace) {
  const azurite = await startAzurite(workspace);
  const { table } = await createResources(azurite.connectionString);
  return { store: rightsStore(tableStore(table)), engine: `Azurite ${azurite.version}`, stop: azurite.stop };
}
