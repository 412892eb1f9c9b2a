import { hashText } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface StreamRecord<Image> {
  readonly id: string;
  /** Records of one item keep their order. */
  readonly item: string;
  readonly image: Image;
}

/** Processes records and returns the ids of those that failed. */
export type StreamConsumer<Image> = (records: readonly StreamRecord<Image>[]) => Promise<ReadonlySet<string>>;

interface Lane<Image> {
  readonly name: string;
  readonly records: StreamRecord<Image>[];
  done: number;
  busy: boolean;
  batches: number;
}

/** Batch timeout; the batch is then redelivered, even if its function still runs. */
const patienceMs = 30_000;

/**
 * A table's stream: ordered per item, at-least-once, retried from the first failed record. Occasionally replays old
 * records, plus the first new one, alongside the new batch.
 */
export class Stream<Image> {
  readonly #lanes: Lane<Image>[];
  readonly #scheduler: Scheduler;
  readonly #consumer: StreamConsumer<Image>;
  readonly #replay: number;
  readonly #size: number;
  readonly #windowMs: number;
  #count = 0;

  constructor(
    scheduler: Scheduler,
    consumer: StreamConsumer<Image>,
    { work = 'project', lanes = 2, replay = 0.08, size = 10, windowMs = 200 } = {},
  ) {
    this.#scheduler = scheduler;
    this.#consumer = consumer;
    this.#replay = replay;
    this.#size = size;
    this.#windowMs = windowMs;
    this.#lanes = Array.from({ length: lanes }, (_, lane) => ({
      name: `${work}-${lane}`,
      records: [],
      done: 0,
      busy: false,
      batches: 0,
    }));
  }

  push(item: string, image: Image): void {
    const lane = this.#lanes[(hashText(item) >>> 0) % this.#lanes.length];
    lane?.records.push({ id: `record-${this.#count++}`, item, image });
    if (lane) this.#next(lane);
  }

  #next(lane: Lane<Image>): void {
    if (lane.busy || lane.done === lane.records.length) return;
    lane.busy = true;
    const name = `${lane.name}-${lane.batches++}`;
    const draw = this.#scheduler.draw(name);
    const isReplay = draw() < this.#replay;
    this.#scheduler.after(draw() * this.#windowMs, undefined, () => {
      const batch = lane.records.slice(lane.done, lane.done + 1 + Math.floor(draw() * this.#size));
      // The replay overlaps the batch only in part: concurrent counters then hold different sets of orders.
      if (isReplay)
        this.#invoke(`${name}-replay`, lane.records.slice(Math.max(0, lane.done - 10), lane.done + 1), () => {});
      this.#invoke(name, batch, (failed) => {
        const first = batch.findIndex(({ id }) => failed.has(id));
        lane.done += first < 0 ? batch.length : first;
        lane.busy = false;
        this.#next(lane);
      });
    });
  }

  /** Calls `done` once: on the function's answer, its death, or a timeout while it still runs. */
  #invoke(name: string, batch: readonly StreamRecord<Image>[], done: (failed: ReadonlySet<string>) => void): void {
    const process = this.#scheduler.process(name);
    let over = false;
    const end = (failed: ReadonlySet<string>) => {
      if (!over) done(failed);
      over = true;
    };
    const fail = () => end(new Set(batch.map(({ id }) => id)));
    process.onDeath = () => this.#scheduler.after(1_000, undefined, fail);
    this.#scheduler.after(patienceMs, undefined, fail);
    this.#scheduler.after(0, process, () => {
      void this.#consumer(batch).then((failed) => {
        if (process.alive) end(failed);
        process.alive = false;
      });
    });
  }
}
