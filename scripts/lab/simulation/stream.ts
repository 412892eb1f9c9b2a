import { hashText } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface StreamRecord<Image> {
  readonly id: string;
  /** Records of one item stay in order. */
  readonly item: string;
  readonly image: Image;
}

/** Answers with the ids of the records that failed. */
export type StreamConsumer<Image> = (records: readonly StreamRecord<Image>[]) => Promise<ReadonlySet<string>>;

interface Lane<Image> {
  readonly name: string;
  readonly records: StreamRecord<Image>[];
  done: number;
  busy: boolean;
  batches: number;
}

/** After it a batch is sent again, whether its function lives or not. */
const patienceMs = 30_000;

/**
 * A table's stream: in order for each item, at least once, a batch again from its first failure on. Now and then old
 * records are replayed beside the new ones, and the first of these with them.
 */
export class Stream<Image> {
  readonly #lanes: Lane<Image>[];
  readonly #scheduler: Scheduler;
  readonly #consumer: StreamConsumer<Image>;
  readonly #replay: number;
  #count = 0;

  constructor(scheduler: Scheduler, consumer: StreamConsumer<Image>, { lanes = 2, replay = 0.08 } = {}) {
    this.#scheduler = scheduler;
    this.#consumer = consumer;
    this.#replay = replay;
    this.#lanes = Array.from({ length: lanes }, (_, lane) => ({
      name: `project-${lane}`,
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
    this.#scheduler.after(draw() * 200, undefined, () => {
      const batch = lane.records.slice(lane.done, lane.done + 1 + Math.floor(draw() * 10));
      // Part of the batch comes a second time beside it: two that count the same orders do not have the same ones.
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

  /** `done` is called once: by the function's answer, its death, or for want of an answer while it still runs. */
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
      void this.#consumer(batch).then((failed) => process.alive && end(failed));
    });
  }
}
