import type { QueueName, TableName } from '../../../stacks/model/services.ts';
import type { Charge } from '../../dynamodb/consumed.ts';
import type { QueueWork, TableWork } from '../types.ts';
import { type CountedWork, noWork } from './counted.ts';

const noTableWork: TableWork = { calls: 0, readUnits: 0, writeUnits: 0, indexWriteUnits: 0, storedBytes: 0 };

/** Adds up the functions' work between `begin` and `end`. */
export class Recorder {
  #tables = new Map<TableName, TableWork>();
  #queues = new Map<QueueName, QueueWork>();
  #operations = new Map<string, number>();
  #totals = { events: 0, eventBytes: 0, partnerCalls: 0, responseBytes: 0, logBytes: 0 };

  begin(): void {
    this.#tables = new Map();
    this.#queues = new Map();
    this.#operations = new Map();
    this.#totals = { events: 0, eventBytes: 0, partnerCalls: 0, responseBytes: 0, logBytes: 0 };
  }

  end(roundTrips: number): CountedWork {
    const { events, eventBytes, ...totals } = this.#totals;
    return {
      ...noWork,
      ...totals,
      tables: Object.fromEntries(this.#tables),
      queues: Object.fromEntries(this.#queues),
      operations: Object.fromEntries(this.#operations),
      events: { count: events, bytes: eventBytes },
      roundTrips,
    };
  }

  /** @param about the tables, the queue or the bus */
  called(operation: string, about: string): void {
    const call = `${operation} ${about}`;
    this.#operations.set(call, (this.#operations.get(call) ?? 0) + 1);
  }

  /** One call, with the charges of its items. It counts once for each table. */
  charged(charges: readonly Charge[]): void {
    for (const [table, own] of Map.groupBy(charges, (charge) => charge.table as TableName)) {
      this.#addTo(table, { calls: 1 });
      for (const { readUnits, writeUnits, indexWriteUnits } of own)
        this.#addTo(table, { readUnits, writeUnits, indexWriteUnits });
    }
  }

  stored(table: TableName, bytes: number): void {
    this.#addTo(table, { storedBytes: bytes });
  }

  sent(queue: QueueName, bytes: number): void {
    const { messages, bytes: before } = this.#queues.get(queue) ?? { messages: 0, bytes: 0 };
    this.#queues.set(queue, { messages: messages + 1, bytes: before + bytes });
  }

  published(bytes: number): void {
    this.#totals.events++;
    this.#totals.eventBytes += bytes;
  }

  askedPartner(): void {
    this.#totals.partnerCalls++;
  }

  answered(bytes: number): void {
    this.#totals.responseBytes += bytes;
  }

  logged(bytes: number): void {
    this.#totals.logBytes += bytes;
  }

  #addTo(table: TableName, more: Partial<TableWork>): void {
    const before = this.#tables.get(table) ?? noTableWork;
    const sum = Object.entries(more).map(([name, value]) => [name, before[name as keyof TableWork] + value]);
    this.#tables.set(table, { ...before, ...Object.fromEntries(sum) });
  }
}
