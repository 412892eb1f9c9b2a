import { useMachine } from './globals.ts';
import { type Draw, hashText, seededDraw } from './random.ts';

/** A function invocation: runs code and may die. */
export interface Process {
  readonly name: string;
  readonly draw: Draw;
  /** Clock error in milliseconds. */
  skewMs: number;
  alive: boolean;
  calls: number;
  /** Pause before a call in milliseconds; none by default. */
  pauseBefore?: (call: string) => number;
  onDeath: () => void;
  /** Timers that were due while the environment was frozen. */
  readonly late: (() => void)[];
  /** The next invocation in the same environment, where unfinished work of this one continues. */
  successor?: Process;
}

export interface Event {
  readonly at: number;
  readonly order: number;
  readonly owner: Process | undefined;
  readonly run: () => void;
  cancelled: boolean;
}

const settled = Promise.resolve();

class Livelock extends Error {
  override readonly name = 'Livelock';
}

/**
 * Controls time and event order. An event runs only when nothing else can: every promise chain that the previous event
 * settled has finished. So the same seed gives the same run, event by event. An event without an owner belongs to the
 * world: it settles no promise, so nothing has to finish after it.
 */
export class Scheduler {
  now = 0;
  /** The process whose code is running. */
  current: Process | undefined;
  readonly lines: string[] | undefined;
  hash = 0x811c9dc5;
  #events: Event[] = [];
  #count = 0;
  #ran = 0;
  readonly #seed: number;
  readonly #stepLimit: number;

  readonly #rightClocks: boolean;

  constructor(seed: number, { stepLimit = 200_000, trace = false, rightClocks = false } = {}) {
    this.#seed = seed;
    this.#rightClocks = rightClocks;
    this.#stepLimit = stepLimit;
    this.lines = trace ? [] : undefined;
  }

  draw(name: string): Draw {
    return seededDraw(this.#seed, name);
  }

  /** A clock's error in milliseconds; most clocks are right, some are a second or an hour off. */
  skew(chance: number): number {
    if (this.#rightClocks || chance < 0.8) return 0;
    return (chance < 0.9 ? 1_000 : 3_600_000) * ((chance * 1_000) % 2 < 1 ? -1 : 1);
  }

  process(name: string, skewMs = 0): Process {
    return { name, draw: this.draw(name), skewMs, alive: true, calls: 0, onDeath: () => {}, late: [] };
  }

  /** @returns the event, which can be cancelled */
  after(ms: number, owner: Process | undefined, run: () => void): { cancelled: boolean } {
    const event = { at: this.now + ms, order: this.#count++, owner, run, cancelled: false };
    this.#push(event);
    return event;
  }

  /** A timer of the running process. In a frozen environment it waits until the environment is used again. */
  later(ms: number, run: () => void): { cancelled: boolean } {
    const owner = this.current;
    const timer = this.after(ms, owner, () => {
      const heir = owner && heirOf(owner);
      if (heir && !heir.alive) return void heir.late.push(() => timer.cancelled || run());
      this.current = heir;
      run();
    });
    return timer;
  }

  /** Continues the environment of `before` with another invocation. */
  thaw(before: Process, process: Process): void {
    if (before !== process) before.successor = process;
    // The process itself may have run before another one in this environment.
    delete process.successor;
    for (const run of before.late.splice(0)) run();
  }

  kill(process: Process): void {
    if (!process.alive) return;
    process.alive = false;
    this.trace(process.name, 'dies');
    process.onDeath();
  }

  trace(who: string, what: string): void {
    this.hash = hashText(what, hashText(who, Math.imul(this.hash ^ this.now, 0x01000193)));
    this.lines?.push(`${String(Math.round(this.now)).padStart(7)} ms  ${who.padEnd(28)} ${what}`);
  }

  /** Runs until no event is left. @throws {Livelock} after `stepLimit` events */
  async run(): Promise<void> {
    useMachine(this);
    try {
      await this.#runAll();
    } finally {
      useMachine(undefined);
    }
  }

  #runAll(): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          if (!this.#runToNextProcess()) return resolve();
        } catch (error) {
          return reject(error);
        }
        // A tick runs after all microtasks, including those they create.
        void settled.then(tick);
      };
      const tick = () => process.nextTick(step);
      tick();
    });
  }

  /** @returns true if it ran a process's event; false if no event is left */
  #runToNextProcess(): boolean {
    for (let event = this.#pop(); event; event = this.#pop()) {
      if (event.cancelled) continue;
      if (++this.#ran > this.#stepLimit) throw new Livelock(`${this.#stepLimit} events ran and more are waiting`);
      this.now = event.at;
      this.current = event.owner;
      event.run();
      if (event.owner) return true;
    }
    return false;
  }

  #push(event: Event): void {
    const heap = this.#events;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(event, heap[parent])) break;
      heap[at] = heap[parent] as Event;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#events;
    const top = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[at] = heap[child] as Event;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}

function heirOf(process: Process): Process {
  let heir = process;
  while (!heir.alive && heir.successor) heir = heir.successor;
  return heir;
}

function before(a: Event | undefined, b: Event | undefined): boolean {
  if (!a || !b) return false;
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
