import type { PartitionStore, Row, Write, WriteOutcome } from '../../functions/adapters/partition/store.ts';

/** One group transaction at a time and partition, an ETag for every write: what Table Storage promises, and no more. */
export function memoryPartitions(turn: (call: string) => Promise<void> = async () => {}) {
  const partitions = new Map<string, Map<string, Row>>();
  let writes = 0;

  function refuses(rows: ReadonlyMap<string, Row>, write: Write): boolean {
    return write.kind === 'insert' ? rows.has(write.row) : rows.get(write.row)?.etag !== write.etag;
  }

  function writeNow(partition: string, batch: readonly Write[]): WriteOutcome {
    const rows = partitions.get(partition) ?? new Map<string, Row>();
    if (new Set(batch.map(({ row }) => row)).size < batch.length)
      throw new Error('a row stands twice in a transaction');
    if (batch.length > 100) throw new Error(`${batch.length} writes; a group transaction has at most 100`);
    if (batch.some((write) => refuses(rows, write))) return 'refused';
    partitions.set(partition, rows);
    for (const write of batch) {
      if (write.kind === 'delete') rows.delete(write.row);
      else rows.set(write.row, { row: write.row, etag: String(++writes), value: structuredClone(write.value) });
    }
    return 'written';
  }

  const store: PartitionStore = {
    async read(partition, row) {
      await turn('read');
      return partitions.get(partition)?.get(row);
    },
    async list(partition, prefix, limit, after = '') {
      await turn('list');
      const rows = [...(partitions.get(partition)?.values() ?? [])];
      const wanted = rows.filter(({ row }) => row.startsWith(prefix) && row > after);
      return wanted.sort((a, b) => (a.row < b.row ? -1 : 1)).slice(0, limit);
    },
    async write(partition, batch) {
      await turn('write');
      return writeNow(partition, batch);
    },
  };
  return { store, partitions };
}
