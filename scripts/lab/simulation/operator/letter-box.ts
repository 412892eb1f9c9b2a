import type { Message, Queue } from '../world/queue.ts';
import type { Scheduler } from '../world/scheduler.ts';

/** A message as one receive saw it. */
export interface Received {
  readonly message: Message;
  readonly receipt: string;
}

/** Effects of SQS calls on a queue. */
export interface Box {
  receive(max: number, hideMs: number, pick: number): readonly Received[];
  /** @returns false unless the receipt is from the latest receive */
  remove(receipt: string): boolean;
  release(receipt: string): void;
}

interface Hiding {
  receives: number;
  visibleFromMs: number;
}

/** A queue's dead letters for the operator's tools: hidden for a while when received, then visible again. */
export class LetterBox implements Box {
  readonly #queue: Queue;
  readonly #scheduler: Scheduler;
  readonly #hidings = new WeakMap<Message, Hiding>();

  constructor(queue: Queue, scheduler: Scheduler) {
    this.#queue = queue;
    this.#scheduler = scheduler;
  }

  receive(max: number, hideMs: number, pick: number): readonly Received[] {
    const { now } = this.#scheduler;
    const visible = this.#queue.dead.filter((message) => this.#hidingOf(message).visibleFromMs <= now);
    const first = Math.floor(pick * visible.length);
    return [...visible.slice(first), ...visible.slice(0, first)].slice(0, max).map((message) => {
      const hiding = this.#hidingOf(message);
      hiding.receives++;
      hiding.visibleFromMs = now + hideMs;
      return { message, receipt: this.#receiptOf(message) };
    });
  }

  remove(receipt: string): boolean {
    const found = this.#find(receipt);
    this.#queue.dead = this.#queue.dead.filter((message) => message !== found);
    return found !== undefined;
  }

  release(receipt: string): void {
    const found = this.#find(receipt);
    if (found) this.#hidingOf(found).visibleFromMs = 0;
  }

  #find(receipt: string): Message | undefined {
    return this.#queue.dead.find((message) => this.#receiptOf(message) === receipt);
  }

  #receiptOf(message: Message): string {
    return `${message.id} ${this.#hidingOf(message).receives}`;
  }

  #hidingOf(message: Message): Hiding {
    const found = this.#hidings.get(message) ?? { receives: 0, visibleFromMs: 0 };
    this.#hidings.set(message, found);
    return found;
  }
}

/** The queue itself, where a redrive searches for its copies. */
export class CopyBox implements Box {
  readonly #queue: Queue;
  readonly #received = new Map<string, { readonly message: Message; readonly receive: number }>();

  constructor(queue: Queue) {
    this.#queue = queue;
  }

  receive(max: number, hideMs: number, pick: number): readonly Received[] {
    return this.#queue.receive(max, hideMs, pick).map((message) => {
      const receipt = `${message.id} ${message.receives}`;
      this.#received.set(receipt, { message, receive: message.receives });
      return { message, receipt };
    });
  }

  remove(): boolean {
    throw new Error('a redrive removes nothing from the queue of a worker');
  }

  release(receipt: string): void {
    const found = this.#received.get(receipt);
    if (found) this.#queue.release(found.message, found.receive);
  }
}
