import type { Draw } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface Outage<Site> {
  /** The site isolated from `cutMs` to `mendedMs`, in both directions. */
  readonly alone: Site;
  readonly cutMs: number;
  readonly mendedMs: number;
  /** No messages are lost from here on. */
  readonly healthyMs: number;
}

const lossRate = 0.1;
const twiceRate = 0.15;
const patienceMs = 4_000;

/** Loses, duplicates and delays messages between sites, and isolates one site for part of the sale. */
export class Network<Site extends string> {
  readonly lost: string[] = [];
  readonly #scheduler: Scheduler;
  readonly #draw: Draw;
  readonly #outage: Outage<Site>;
  #count = 0;

  constructor(scheduler: Scheduler, outage: Outage<Site>) {
    this.#scheduler = scheduler;
    this.#draw = scheduler.draw('network');
    this.#outage = outage;
  }

  reaches(from: Site, to: Site): boolean {
    const { now } = this.#scheduler;
    const { alone, cutMs, mendedMs } = this.#outage;
    return (from !== alone && to !== alone) || now < cutMs || now >= mendedMs;
  }

  /** Runs a request at the other site. Rejects without a timely answer, even if the work was done. */
  call<Result>(from: Site, to: Site, what: string, work: () => Promise<Result>): Promise<Result> {
    const caller = this.#scheduler.current;
    return new Promise((resolve, reject) => {
      this.send(from, to, what, () => {
        const answer = (settle: () => void) =>
          this.send(to, from, `the answer to ${what}`, () => {
            this.#scheduler.current = caller;
            if (caller?.alive) settle();
          });
        work().then(
          (result) => answer(() => resolve(result)),
          (error) => answer(() => reject(error)),
        );
      });
      this.#scheduler.after(patienceMs, caller, () => {
        if (caller?.alive) reject(new Error(`no answer to ${what}`));
      });
    });
  }

  /** Each copy of the message arrives in its own process. */
  send(from: Site, to: Site, what: string, arrive: () => void): void {
    const name = `${from} to ${to}/${this.#count++}`;
    const [loss, twice, delay] = [this.#draw(), this.#draw(), this.#draw()];
    const healthy = this.#scheduler.now >= this.#outage.healthyMs;
    if (!healthy && (!this.reaches(from, to) || loss < lossRate)) {
      this.lost.push(name);
      this.#scheduler.trace(name, `${what} is lost`);
      return;
    }
    for (let copy = 0; copy < (twice < twiceRate ? 2 : 1); copy++) {
      const receiver = this.#scheduler.process(`${name}/${copy}`);
      this.#scheduler.after((10 + delay * delay * 3_000) * (copy + 1), receiver, () => {
        this.#scheduler.trace(name, what);
        arrive();
      });
    }
  }
}
