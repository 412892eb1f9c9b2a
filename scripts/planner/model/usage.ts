import type { Service, TableName } from '../../../stacks/model/services.ts';

interface FunctionCount {
  invocations: number;
  /** Seconds on demand, and in provisioned environments. */
  seconds: number;
  provisionedSeconds: number;
  /** Seconds for which environments were provisioned. */
  heldSeconds: number;
  coldStarts: number;
}

interface TableCount {
  reads: number;
  writes: number;
  bytes: number;
  readUnitSeconds: number;
  writeUnitSeconds: number;
}

/** Usage of a run in plain counts, from which the billing units are derived. */
export class UsageCounter {
  readonly functions = new Map<Service, FunctionCount>();
  readonly tables = new Map<TableName, TableCount>();
  /** Requests by queue: sends, receives and deletes. */
  readonly queues = new Map<string, number>();
  /** Counts for the bill of another cloud, by name. */
  readonly counts = new Map<string, number>();
  apiRequests = 0;
  apiBytes = 0;
  cdnRequests = 0;
  cdnBytes = 0;
  /** Bodies that the CDN sends to the origin. */
  uploadBytes = 0;
  originRequests = 0;
  busEvents = 0;
  logBytes = 0;
  orders = 0;
  seconds = 0;

  of(service: Service): FunctionCount {
    let count = this.functions.get(service);
    if (!count) {
      count = { invocations: 0, seconds: 0, provisionedSeconds: 0, heldSeconds: 0, coldStarts: 0 };
      this.functions.set(service, count);
    }
    return count;
  }

  addTable(table: TableName, reads: number, writes: number, bytes: number): void {
    const count = this.#table(table);
    count.reads += reads;
    count.writes += writes;
    count.bytes += bytes;
  }

  count(name: string, by: number): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  addQueue(queue: string, requests: number): void {
    this.queues.set(queue, (this.queues.get(queue) ?? 0) + requests);
  }

  addHeld(table: TableName, readUnitSeconds: number, writeUnitSeconds: number): void {
    const count = this.#table(table);
    count.readUnitSeconds += readUnitSeconds;
    count.writeUnitSeconds += writeUnitSeconds;
  }

  #table(table: TableName): TableCount {
    let count = this.tables.get(table);
    if (!count) {
      count = { reads: 0, writes: 0, bytes: 0, readUnitSeconds: 0, writeUnitSeconds: 0 };
      this.tables.set(table, count);
    }
    return count;
  }
}
