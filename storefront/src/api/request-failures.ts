import { Store } from '../lib/store.ts';
import type { Failure } from './answer.ts';

/** Current failures by request; the page shows the latest in one bar. */
export class RequestFailures {
  readonly shown = new Store<Failure | undefined>(undefined);
  readonly #failures = new Map<string, Failure>();

  /** Records the outcome of a request; `undefined` is a success. */
  note(what: string, failure: Failure | undefined): void {
    if (failure?.again) this.#failures.set(what, failure);
    else this.#failures.delete(what);
    this.shown.set([...this.#failures.values()].at(-1));
  }
}
