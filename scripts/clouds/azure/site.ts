import { tableStore } from '../../../functions/adapters/azure/table-store.ts';
import { rightsStore } from '../../../functions/adapters/single-partition/rights.ts';
import type { StartedSite } from '../../lab/sites/engines.ts';
import type { Workspace } from '../../platform/process/workspace.ts';
import { startAzurite } from './azurite.ts';
import { makeResources } from './resources.ts';

/** Stock rights in an Azurite of their own. */
export async function startSite(workspace: Workspace): Promise<StartedSite> {
  const azurite = await startAzurite(workspace);
  const { table } = await makeResources(azurite.connectionString);
  return { store: rightsStore(tableStore(table)), engine: `Azurite ${azurite.version}`, stop: azurite.stop };
}
