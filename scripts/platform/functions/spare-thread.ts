import { Worker } from 'node:worker_threads';
import type { Preload } from './served-function.ts';

/** Starts a thread that waits for its assignment to a function. */
export function startThread({ name, preload }: { name?: string; preload?: Preload }): Worker {
  return new Worker(new URL('./served-function.ts', import.meta.url), {
    workerData: preload,
    env: {},
    ...(name && { name }),
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
    stdout: true,
    stderr: true,
  });
}

/** Long enough for the assigned thread to give its first answer. */
const replaceAfterMs = 500;

/** Keeps a thread with the packages that most functions load, so that new code answers without waiting for them. */
export class SpareThread {
  readonly #preload: Preload;
  #thread: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(preload: Preload) {
    this.#preload = preload;
    this.#replace();
  }

  /** Returns the spare thread if there is one, otherwise a new one. */
  take(): Worker {
    const thread = this.#thread ?? startThread({ preload: this.#preload });
    thread.removeAllListeners('error').ref();
    this.#thread = undefined;
    this.#timer ??= setTimeout(() => this.#replace(), replaceAfterMs).unref();
    return thread;
  }

  stop(): void {
    clearTimeout(this.#timer);
    void this.#thread?.terminate();
  }

  #replace(): void {
    this.#timer = undefined;
    const thread = startThread({ preload: this.#preload });
    // The function's own thread will report the error.
    thread.on('error', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    // Must not keep the process alive.
    thread.unref();
    this.#thread = thread;
  }
}
