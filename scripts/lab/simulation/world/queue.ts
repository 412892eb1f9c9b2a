import type { Scheduler } from './scheduler.ts';

export interface Message {
  readonly id: string;
  readonly body: string;
  receives: number;
  deleted: boolean;
}

export interface QueueRules {
  /** Prefix of batch and message names in a trace. */
  readonly work: string;
  readonly hideMs: number;
  readonly maxReceives: number;
  readonly batch: number;
  /** Longest wait for more messages, in milliseconds. */
  readonly windowMs: number;
  /** Probability of a second delivery while the first consumer holds the message. */
  readonly twice: number;
  /** Probability that the consumer's answer is lost, so its messages are redelivered. */
  readonly forget: number;
}

/** Processes a batch and returns the ids of failed messages. */
export type Consumer = (messages: readonly Message[]) => Promise<ReadonlySet<string>>;

/** SQS guarantees: at-least-once, unordered, a visibility timeout, dead-lettering after `maxReceives`. */
export class Queue {
  dead: Message[] = [];
  #ready: Message[] = [];
  #named = 0;
  #batches = 0;
  #polling = false;
  readonly #scheduler: Scheduler;
  readonly #rules: QueueRules;
  readonly #consumer: Consumer;

  constructor(scheduler: Scheduler, rules: QueueRules, consumer: Consumer) {
    this.#scheduler = scheduler;
    this.#rules = rules;
    this.#consumer = consumer;
  }

  send(body: string, delayMs = 0): void {
    const message = { id: `${this.#rules.work}-message-${this.#named++}`, body, receives: 0, deleted: false };
    if (delayMs === 0) this.#show(message);
    else this.#scheduler.after(delayMs, undefined, () => this.#show(message));
  }

  /** Dead-letters a message that its consumer gave up. */
  bury(body: string): void {
    this.dead.push({ id: `${this.#rules.work}-letter`, body, receives: 0, deleted: true });
  }

  /** Moves dead letters back under new ids; returns their bodies. */
  redrive(except: (body: string) => boolean): string[] {
    const mended = this.dead.filter(({ body }) => !except(body));
    this.dead = this.dead.filter(({ body }) => except(body));
    for (const { body } of mended) this.send(body);
    return mended.map(({ body }) => body);
  }

  #show(message: Message): void {
    if (message.deleted) return;
    if (message.receives >= this.#rules.maxReceives) {
      message.deleted = true;
      this.#scheduler.trace(message.id, 'is dead');
      this.dead.push(message);
      return;
    }
    this.#ready.push(message);
    this.#poll();
  }

  #poll(): void {
    if (this.#polling || this.#ready.length === 0) return;
    this.#polling = true;
    const name = `${this.#rules.work}-${this.#batches++}`;
    const draw = this.#scheduler.draw(name);
    this.#scheduler.after(draw() * this.#rules.windowMs, undefined, () => {
      this.#polling = false;
      const size = 1 + Math.floor(draw() * this.#rules.batch);
      const messages = Array.from({ length: Math.min(size, this.#ready.length) }, () => {
        const [taken] = this.#ready.splice(Math.floor(draw() * this.#ready.length), 1);
        return taken as Message;
      });
      this.#deliver(name, messages, draw);
      this.#poll();
    });
  }

  #deliver(name: string, messages: readonly Message[], draw: () => number): void {
    const { hideMs, twice, forget } = this.#rules;
    for (const message of messages) {
      message.receives++;
      const again = draw() < twice ? draw() * 100 : hideMs;
      this.#scheduler.after(again, undefined, () => this.#show(message));
    }
    const process = this.#scheduler.process(name, this.#scheduler.skew(draw()));
    const forgets = draw() < forget;
    this.#scheduler.after(0, process, () => {
      void this.#consumer(messages).then((failed) => {
        if (!process.alive || forgets) return;
        for (const message of messages) if (!failed.has(message.id)) message.deleted = true;
        // Lambda freezes an environment after its answer: whatever was not awaited is lost.
        process.alive = false;
      });
    });
  }
}
