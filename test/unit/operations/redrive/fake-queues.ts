import { toText } from '../../../../functions/lib/bytes.ts';
import type {
  DeadLetter,
  DeadLetterQueue,
  Destination,
  Sending,
} from '../../../../scripts/operations/redrive/ports.ts';

/** Thrown to simulate a kill. */
export class Killed extends Error {}

interface Stored {
  readonly id: string;
  readonly body: string;
  readonly redriveOf?: string;
}

/** A dead-letter queue and its source queue. */
export class FakeQueues {
  readonly dead = new Map<string, Stored & { hidden: boolean; receipt: number; sentAt: number }>();
  readonly source: Stored[] = [];
  /** Called before and after the effect of each call; may throw. */
  hook: (point: string) => void = () => {};
  /** Decides the effect and the result of sending each message. */
  sending: (id: string) => { effect: boolean; answer: Sending } = () => ({ effect: true, answer: 'sent' });
  #ids = 0;

  put(body: string, sentAt = 0): void {
    const id = `dead-${this.#ids++}`;
    this.dead.set(id, { id, body, hidden: false, receipt: 0, sentAt });
  }

  /** Makes all hidden messages visible, as after the timeout. */
  expireVisibility(): void {
    for (const message of this.dead.values()) message.hidden = false;
  }

  bodies(): string[] {
    return [...this.source, ...this.dead.values()].map(({ body }) => body).sort();
  }

  readonly queue: DeadLetterQueue = {
    name: 'dead',
    receive: (max) =>
      this.#call('receive', () => {
        const visible = [...this.dead.values()].filter(({ hidden }) => !hidden).slice(0, max);
        return visible.map((message): DeadLetter => {
          message.hidden = true;
          message.receipt++;
          const { id, body, receipt, sentAt } = message;
          return { id, body, envelope: {}, sentAt, receipt: String(receipt) };
        });
      }),
    remove: (letters) =>
      this.#call(
        'remove',
        () => new Set(letters.filter((l) => this.#own(l) && this.dead.delete(l.id)).map((l) => l.id)),
      ),
    release: (letters) =>
      this.#call('release', () => {
        for (const letter of letters) {
          const message = this.dead.get(letter.id);
          if (message && this.#own(letter)) message.hidden = false;
        }
      }),
  };

  readonly destination: Destination = {
    name: 'source',
    send: (letters) =>
      this.#call('send', () => {
        const answers = letters.map(({ id, body }) => {
          const { effect, answer } = this.sending(id);
          if (effect) this.source.push({ id: `copy-${this.#ids++}`, body: toText(body), redriveOf: id });
          return [id, answer] as const;
        });
        return new Map(answers);
      }),
    copiesOf: (ids) =>
      this.#call(
        'copiesOf',
        () => new Set(this.source.flatMap(({ redriveOf = '' }) => (ids.has(redriveOf) ? [redriveOf] : []))),
      ),
  };

  #own({ id, receipt }: Pick<DeadLetter, 'id' | 'receipt'>): boolean {
    return String(this.dead.get(id)?.receipt) === receipt;
  }

  async #call<Result>(name: string, effect: () => Result): Promise<Result> {
    this.hook(`before ${name}`);
    const result = effect();
    this.hook(`after ${name}`);
    return result;
  }
}
