import { Store } from '../lib/store.ts';
import type { Failure } from './answer.ts';

/** What does not work just now, by what was asked for: one bar on the page tells of all of it. */
export class Trouble {
  readonly shown = new Store<Failure | undefined>(undefined);
  readonly #failures = new Map<string, Failure>();

  /** The outcome of asking for something; `undefined` is a success. */
  note(what: string, failure: Failure | undefined): void {
    if (failure?.again) this.#failures.set(what, failure);
    else this.#failures.delete(what);
    this.shown.set([...this.#failures.values()].at(-1));
  }
}
