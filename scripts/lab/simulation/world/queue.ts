import type { Envelope } from '../../../../functions/ports/messages.ts';
import type { Scheduler } from './scheduler.ts';

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly envelope: Envelope;
  /** Time of sending in simulated milliseconds; a dead letter keeps it. */
  readonly sentAtMs: number;
  receives: number;
  hidden: boolean;
  deleted: boolean;
}

/** A message that has just been sent. */
export function newMessage(id: string, body: string, envelope: Envelope = {}, sentAtMs = 0): Message {
  return { id, body, envelope, sentAtMs, receives: 0, hidden: false, deleted: false };
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
  /** Probability that the consumer's answer is lost, so that its messages are redelivered. */
  readonly forget: number;
  /** Default attributes of messages. */
  readonly envelope?: Envelope | undefined;
}

/** Processes a batch and returns the ids of failed messages. */
export type Consumer = (messages: readonly Message[]) => Promise<ReadonlySet<string>>;

/** Gives SQS's guarantees: at-least-once, unordered, a visibility timeout, dead-lettering after `maxReceives`. */
export class Queue {
  dead: Message[] = [];
  #ready: Message[] = [];
  #named = 0;
  #buried = 0;
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

  send(body: string, delayMs = 0, envelope: Envelope = this.#rules.envelope ?? {}): void {
    const message = this.#toMessage(`message-${this.#named++}`, body, envelope);
    if (delayMs === 0) this.#show(message);
    else this.#scheduler.after(delayMs, undefined, () => this.#show(message));
  }

  /** Dead-letters a message that its consumer gave up. */
  bury(body: string, envelope: Envelope = {}): void {
    this.dead.push({ ...this.#toMessage(`letter-${this.#buried++}`, body, envelope), deleted: true });
  }

  /** Receives like a separate consumer. A release, or the end of `hideMs`, shows the messages again. */
  receive(max: number, hideMs: number, pick: number): readonly Message[] {
    const first = Math.floor(pick * this.#ready.length);
    const taken = this.#ready.splice(first, max);
    taken.push(...this.#ready.splice(0, max - taken.length));
    for (const message of taken) this.#hide(message, hideMs);
    return taken;
  }

  /** Shows a message that its receiver gave back, unless it has been received again. */
  release(message: Message, receive: number): void {
    if (message.receives === receive) this.#showHidden(message);
  }

  /** Moves dead letters back under new ids; returns their bodies. */
  redrive(except: (body: string) => boolean): string[] {
    const mended = this.dead.filter(({ body }) => !except(body));
    this.dead = this.dead.filter(({ body }) => except(body));
    for (const { body, envelope } of mended) this.send(body, 0, envelope);
    return mended.map(({ body }) => body);
  }

  #toMessage(name: string, body: string, envelope: Envelope): Message {
    return newMessage(`${this.#rules.work}-${name}`, body, envelope, this.#scheduler.now);
  }

  #hide(message: Message, forMs: number): void {
    message.receives++;
    message.hidden = true;
    const { receives } = message;
    this.#scheduler.after(forMs, undefined, () => this.release(message, receives));
  }

  #showHidden(message: Message): void {
    if (!message.hidden) return;
    message.hidden = false;
    this.#show(message);
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
    for (const message of messages) this.#hide(message, draw() < twice ? draw() * 100 : hideMs);
    const process = this.#scheduler.process(name, this.#scheduler.skew(draw()));
    const forgets = draw() < forget;
    this.#scheduler.after(0, process, () => {
      void this.#consumer(messages).then((failed) => {
        if (!process.alive || forgets) return;
        for (const message of messages) if (!failed.has(message.id)) message.deleted = true;
        // Lambda freezes an environment after its answer, so work not awaited is lost.
        process.alive = false;
      });
    });
  }
}
