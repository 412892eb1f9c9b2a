import { poisonQueue, queues } from '../../../functions/adapters/azure/resources.ts';
import { openStorage, type Storage } from '../../../functions/adapters/azure/storage.ts';

/** Creates in a storage account what the stack creates in Azure. */
export async function createResources(connectionString: string): Promise<Storage> {
  const storage = openStorage({ DATA: connectionString });
  const all = [...Object.values(queues), ...Object.values(queues).map(poisonQueue)];
  await Promise.all([storage.table.createTable(), ...all.map((name) => storage.queue(name).create())]);
  return storage;
}
