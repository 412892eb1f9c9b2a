import { Worker } from 'node:worker_threads';
import type { Preload } from './served-function.ts';

/** A new thread for any function: it waits for its assignment. */
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

/** Later than the first answer of the thread that it replaces. */
const replaceAfterMs = 500;

/** A thread with the packages that most functions load, so that new code answers without waiting for them. */
export class SpareThread {
  readonly #preload: Preload;
  #thread: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(preload: Preload) {
    this.#preload = preload;
    this.#replace();
  }

  /** The spare thread if there is one, else a new one. */
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
    // The function's own thread will report it.
    thread.on('error', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    // Nothing waits for it.
    thread.unref();
    this.#thread = thread;
  }
}
