import type { PartitionStore, Row, Write, WriteOutcome } from '../single-partition/store.ts';

/** Called with every committed change. */
export type Watch = (partition: string, row: string, before: unknown, after: unknown) => void;

/** One group transaction at a time and partition, an ETag for every write: what Table Storage promises, and no more. */
export class MemoryPartitions {
  readonly partitions = new Map<string, Map<string, Row>>();
  // Of each row, whether it stands or not: no ETag comes twice.
  #writes = new Map<string, number>();
  readonly #watch: Watch;

  constructor(watch: Watch = () => {}) {
    this.#watch = watch;
  }

  read(partition: string, row: string): Row | undefined {
    return this.partitions.get(partition)?.get(row);
  }

  list(partition: string, prefix: string, limit: number, after = ''): readonly Row[] {
    const rows = [...(this.partitions.get(partition)?.values() ?? [])];
    const wanted = rows.filter(({ row }) => row.startsWith(prefix) && row > after);
    return wanted.sort((a, b) => (a.row < b.row ? -1 : 1)).slice(0, limit);
  }

  write(partition: string, batch: readonly Write[]): WriteOutcome {
    const rows = this.partitions.get(partition) ?? new Map<string, Row>();
    if (new Set(batch.map(({ row }) => row)).size < batch.length)
      throw new Error('a row stands twice in a transaction');
    if (batch.length > 100) throw new Error(`${batch.length} writes; a group transaction has at most 100`);
    if (batch.some((write) => refuses(rows, write))) return 'refused';
    this.partitions.set(partition, rows);
    for (const write of batch) this.#apply(partition, rows, write);
    return 'written';
  }

  #apply(partition: string, rows: Map<string, Row>, write: Write): void {
    const before = rows.get(write.row)?.value;
    const after = write.kind === 'delete' ? undefined : write.value;
    const name = `${partition} ${write.row}`;
    const writes = (this.#writes.get(name) ?? 0) + 1;
    this.#writes.set(name, writes);
    if (after === undefined) rows.delete(write.row);
    else rows.set(write.row, { row: write.row, etag: String(writes), value: after });
    this.#watch(partition, write.row, before, after);
  }
}

function refuses(rows: ReadonlyMap<string, Row>, write: Write): boolean {
  const stands = rows.get(write.row);
  if (write.kind === 'insert') return stands !== undefined;
  return stands === undefined || (write.etag !== undefined && stands.etag !== write.etag);
}

/** The same as a store whose calls wait for their turn. */
export function memoryPartitions(turn: (call: string) => Promise<void> = async () => {}) {
  const memory = new MemoryPartitions();
  const store: PartitionStore = {
    read: async (...call) => turn('read').then(() => memory.read(...call)),
    list: async (...call) => turn('list').then(() => memory.list(...call)),
    write: async (...call) => turn('write').then(() => memory.write(...call)),
  };
  return { store, partitions: memory.partitions };
}
