import type { PartitionStore, Row, Write, WriteOutcome } from '../single-partition/store.ts';

/** Called for every committed change. */
export type Watch = (partition: string, row: string, before: unknown, after: unknown) => void;

/** The guarantees of Table Storage, and no more: group transactions within one partition, a new ETag per write. */
export class MemoryPartitions {
  readonly partitions = new Map<string, Map<string, Row>>();
  // Survives deletes, so that no ETag is ever reused.
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
      throw new Error(`a row occurs twice in a group transaction on partition '${partition}'`);
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
  const stored = rows.get(write.row);
  if (write.kind === 'insert') return stored !== undefined;
  return stored === undefined || (write.etag !== undefined && stored.etag !== write.etag);
}

/** An in-memory store; each call first awaits `turn`. */
export function memoryPartitions(turn: (call: string) => Promise<void> = async () => {}) {
  const memory = new MemoryPartitions();
  const store: PartitionStore = {
    read: async (...call) => turn('read').then(() => memory.read(...call)),
    list: async (...call) => turn('list').then(() => memory.list(...call)),
    write: async (...call) => turn('write').then(() => memory.write(...call)),
  };
  return { store, partitions: memory.partitions };
}
