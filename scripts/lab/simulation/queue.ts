import type { Scheduler } from './scheduler.ts';

export interface Message {
  readonly id: string;
  readonly body: string;
  receives: number;
  deleted: boolean;
}

export interface QueueRules {
  /** What its consumer does: how its batches are called in a trace. */
  readonly work: string;
  readonly hideMs: number;
  readonly maxReceives: number;
  readonly batch: number;
  /** How often a message is delivered to a second consumer while the first has it. */
  readonly twice: number;
  /** How often the consumer's answer is lost, so that what was done comes again. */
  readonly forget: number;
}

/** Runs a batch; answers with the ids of the messages that failed. */
export type Consumer = (messages: readonly Message[]) => Promise<ReadonlySet<string>>;

/** A queue as SQS promises it: at least once, in no order, hidden while somebody has it, dead after too many receives. */
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

  /** A message that its consumer put aside. */
  bury(body: string): void {
    this.dead.push({ id: `${this.#rules.work}-letter`, body, receives: 0, deleted: true });
  }

  /** Moves what died back, under new ids, as a redrive does; answers how many. */
  redrive(except: (body: string) => boolean): number {
    const mended = this.dead.filter(({ body }) => !except(body));
    this.dead = this.dead.filter(({ body }) => except(body));
    for (const { body } of mended) this.send(body);
    return mended.length;
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
    this.#scheduler.after(draw() * 50, undefined, () => {
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
    const process = this.#scheduler.process(name, skewOf(draw()));
    const forgets = draw() < forget;
    this.#scheduler.after(0, process, () => {
      void this.#consumer(messages).then((failed) => {
        if (!process.alive || forgets) return;
        for (const message of messages) if (!failed.has(message.id)) message.deleted = true;
      });
    });
  }
}

/** Most clocks are right, some are a second or an hour wrong. */
export function skewOf(chance: number): number {
  if (chance < 0.8) return 0;
  return (chance < 0.9 ? 1_000 : 3_600_000) * ((chance * 1_000) % 2 < 1 ? -1 : 1);
}
