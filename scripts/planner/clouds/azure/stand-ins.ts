import { MemoryPartitions } from '../../../../functions/adapters/memory/partition-store.ts';
import type { PartitionStore, Write } from '../../../../functions/adapters/single-partition/store.ts';
import type { HttpResult } from '../../../../functions/contracts/http-event.ts';
import { type Delivered, host, send } from '../calibration/host.ts';

export { secret } from '../calibration/host.ts';

// Stands in for `functions/adapters/azure`: app.ts, storage.ts, table-store.ts and secret.ts.

export const serveRoutes = (service: string, api: (event: object) => Promise<HttpResult>) =>
  void host.apis.set(service, api);
export const onQueue = (_name: string, queue: string, work: (message: Delivered) => Promise<void>) =>
  void host.workers.set(queue, work);
export const onTimer = (name: string, _schedule: string, work: () => Promise<void>) => void host.timers.set(name, work);

export const storageEnv = {};
export const unlessTransient = (error: unknown): unknown => error;
export const openStorage = () => ({
  table: {},
  queue: (name: string) => ({
    sendMessage: (text: string) => send(name, Buffer.from(text, 'base64').toString()),
  }),
});

const memory = new MemoryPartitions();
/** Kind of a partition: `STOCK` for `STOCK|lamp|3`. */
const kindOf = (partition: string): string => partition.split('|')[0] ?? '';
const sizeOf = (writes: readonly Write[]) =>
  writes.reduce((sum, write) => sum + (write.kind === 'insert' ? JSON.stringify(write.value).length : 0), 0);

/** Azure counts a batch as one request. Its limits apply to entities. */
export function tableStore(): PartitionStore {
  const { recorder, rounds } = host;
  return {
    read: (partition, row) =>
      rounds.answer(() => {
        recorder.called(kindOf(partition), { calls: 1, reads: 1 });
        return memory.read(partition, row);
      }),
    list: (partition, ...rest) =>
      rounds.answer(() => {
        const rows = memory.list(partition, ...rest);
        recorder.called(kindOf(partition), { calls: 1, reads: Math.max(1, rows.length) });
        return rows;
      }),
    write: (partition, writes) =>
      rounds.answer(() => {
        const deletes = writes.filter(({ kind }) => kind === 'delete').length;
        const outcome = memory.write(partition, writes);
        const storedBytes = outcome === 'written' ? sizeOf(writes) : 0;
        recorder.called(kindOf(partition), { calls: 1, writes: writes.length - deletes, deletes, storedBytes });
        return outcome;
      }),
  };
}
