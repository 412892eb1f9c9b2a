import { url as debuggerUrl } from 'node:inspector';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Assignment, Invocation, Outcome, ServedFunction } from './served-function.ts';
import { type SpareThread, startThread } from './spare-thread.ts';

export interface PoolOptions {
  readonly served: ServedFunction;
  readonly env: Readonly<Record<string, string>>;
  readonly size: number;
  /** Shared by all functions. */
  readonly spare?: SpareThread | undefined;
  readonly onLog: (line: string) => void;
}

const endWithinMs = 2_000;

/** Execution environments of one function version. As in Lambda, each starts with a call, and handles one at a time. */
export class FunctionPool {
  readonly #options: PoolOptions;
  readonly #all = new Set<Worker>();
  readonly #idle: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  #retired = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    // Start now, because breakpoints bind only in loaded code.
    if (debuggerUrl() !== undefined) this.#idle.push(this.#spawn());
  }

  async invoke(invocation: Invocation): Promise<Outcome> {
    const worker = await this.#take();
    const outcome = await callWorker(worker, invocation);
    if (outcome === 'broken') {
      this.#discard(worker);
      return { errorType: 'Sandbox.Timedout', errorMessage: 'no answer by the deadline, or the function exited' };
    }
    this.#giveBack(worker);
    return outcome;
  }

  /** Ends idle environments now, and busy ones after their current call. */
  retire(): void {
    this.#retired = true;
    for (const worker of this.#idle.splice(0)) this.#discard(worker);
  }

  /** Ends all environments. Returns false if one does not end because a debugger paused it. */
  async stop(): Promise<boolean> {
    this.#retired = true;
    this.#waiting.length = 0;
    const all = [...this.#all];
    const ended = Promise.all(all.map((worker) => worker.terminate())).then(() => true);
    // A paused thread must not keep the process alive.
    for (const worker of all) worker.unref();
    return Promise.race([ended, sleep(endWithinMs, false)]);
  }

  #take(): Worker | Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#all.size < this.#options.size) return this.#spawn();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next) next(worker);
    else if (this.#retired) this.#discard(worker);
    else this.#idle.push(worker);
  }

  #discard(worker: Worker): void {
    this.#all.delete(worker);
    void worker.terminate();
    const next = this.#waiting.shift();
    if (next) next(this.#spawn());
  }

  #spawn(): Worker {
    const { served, env, spare, onLog } = this.#options;
    const worker = spare?.take() ?? startThread({ name: served.name });
    for (const stream of [worker.stdout, worker.stderr]) createInterface({ input: stream }).on('line', onLog);
    worker.on('error', (error) => onLog(error.stack ?? String(error)));
    worker.once('exit', () => {
      this.#all.delete(worker);
      const place = this.#idle.indexOf(worker);
      if (place >= 0) this.#idle.splice(place, 1);
    });
    this.#all.add(worker);
    worker.postMessage({ served, env } satisfies Assignment);
    return worker;
  }
}

/** Plain listeners: an aborted `AbortSignal` makes an error with a stack, 4 % of the process's time. */
function callWorker(worker: Worker, invocation: Invocation): Promise<Outcome | 'broken'> {
  return new Promise((resolve) => {
    const end = (outcome: Outcome | 'broken') => {
      clearTimeout(timer);
      worker.off('message', end);
      worker.off('exit', onExit);
      resolve(outcome);
    };
    const onExit = () => end('broken');
    const timer = setTimeout(onExit, Math.max(1, invocation.deadlineMs - Date.now()));
    worker.once('message', end);
    worker.once('exit', onExit);
    worker.postMessage(invocation);
  });
}
