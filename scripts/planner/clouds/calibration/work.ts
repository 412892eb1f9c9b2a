import type { Counted } from '../../calibration/counting-shop.ts';
import type { QueueWork, Source, StepName } from '../../types.ts';

/** Requests to one kind of row, or to one collection. */
export interface StoreWork {
  /** Requests; a batch or a commit counts once. */
  readonly calls: number;
  /** Rows or documents. */
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  readonly storedBytes: number;
}

/** Counterpart of AWS's `Work`, for stores that bill by request or document. */
export interface CloudWork {
  readonly stores: Readonly<Record<string, StoreWork>>;
  readonly queues: Readonly<Record<string, QueueWork>>;
  readonly partnerCalls: number;
  readonly roundTrips: number;
  readonly responseBytes: number;
  readonly logBytes: number;
}

export interface CloudCalibration {
  readonly steps: Readonly<Record<StepName, Counted<CloudWork>>>;
  readonly source: Source;
}

export const noCloudWork: CloudWork = {
  ...{ stores: {}, queues: {}, partnerCalls: 0, roundTrips: 0, responseBytes: 0, logBytes: 0 },
};

const noStoreWork: StoreWork = { calls: 0, reads: 0, writes: 0, deletes: 0, storedBytes: 0 };

type Total = 'partnerCalls' | 'responseBytes' | 'logBytes';

/** Adds up the functions' work between `begin` and `end`. */
export class CloudRecorder {
  #stores = new Map<string, StoreWork>();
  #queues = new Map<string, QueueWork>();
  #totals = { partnerCalls: 0, responseBytes: 0, logBytes: 0 };

  begin(): void {
    this.#stores = new Map();
    this.#queues = new Map();
    this.#totals = { partnerCalls: 0, responseBytes: 0, logBytes: 0 };
  }

  end(roundTrips: number): CloudWork {
    return {
      ...this.#totals,
      ...{ stores: Object.fromEntries(this.#stores), queues: Object.fromEntries(this.#queues), roundTrips },
    };
  }

  called(store: string, more: Partial<StoreWork>): void {
    const before = this.#stores.get(store) ?? noStoreWork;
    const sum = Object.entries(more).map(([name, value]) => [name, before[name as keyof StoreWork] + value]);
    this.#stores.set(store, { ...before, ...Object.fromEntries(sum) });
  }

  sent(queue: string, bytes: number): void {
    const { messages, bytes: before } = this.#queues.get(queue) ?? { messages: 0, bytes: 0 };
    this.#queues.set(queue, { messages: messages + 1, bytes: before + bytes });
  }

  add(what: Total, by: number): void {
    this.#totals[what] += by;
  }
}
