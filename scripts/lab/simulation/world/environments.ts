import type { Process, Scheduler } from './scheduler.ts';

interface Environment<Code> {
  readonly code: Code;
  readonly skewMs: number;
  /** The latest invocation. */
  last?: Process;
}

/**
 * The environments of one function. Each has its own clock and keeps its state between invocations; one whose
 * invocation died is not used again. Between invocations it is frozen; its pending timers continue in the next one, as
 * on Lambda.
 */
export class Environments<Code> {
  readonly #scheduler: Scheduler;
  readonly #coldStart: () => Code;
  readonly #idle: Environment<Code>[] = [];

  constructor(scheduler: Scheduler, coldStart: () => Code) {
    this.#scheduler = scheduler;
    this.#coldStart = coldStart;
  }

  /** Runs an invocation as the current process. */
  async invoke<Result>(work: (code: Code) => Promise<Result>): Promise<Result> {
    const process = this.#scheduler.current;
    if (!process) throw new Error('an invocation needs a process; schedule the caller with an owner');
    const environment = this.#idle.pop() ?? this.#start(process);
    process.skewMs = environment.skewMs;
    if (environment.last) this.#scheduler.thaw(environment.last, process);
    environment.last = process;
    try {
      return await work(environment.code);
    } finally {
      if (process.alive) this.#idle.push(environment);
    }
  }

  #start(process: Process): Environment<Code> {
    return { skewMs: this.#scheduler.skew(process.draw()), code: this.#coldStart() };
  }
}
