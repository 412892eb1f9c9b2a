import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timerPromises from 'node:timers/promises';

interface Process {
  readonly skewMs: number;
  readonly draw: () => number;
}

/** Replaces the machine's clock, timers and randomness in a running simulation. */
export interface Machine {
  /** Milliseconds since the simulation began. */
  readonly now: number;
  readonly current: Process | undefined;
  /** Schedules a callback in the current process, or in its environment's next one. */
  later(ms: number, run: () => void): { cancelled: boolean };
}

/** Start of all simulated clocks. */
const beginMs = Date.parse('2026-11-27T09:00:00.000Z');

let machine: Machine | undefined;

/** A thread runs only one simulation at a time. */
export function useMachine(running: Machine | undefined): void {
  machine = running;
}

/** The clock of the running process, which may be wrong. */
function machineNowMs({ now, current }: Machine): number {
  return beginMs + Math.floor(now) + (current?.skewMs ?? 0);
}

/** The running process's time, in ISO 8601. */
export function machineNow(of: Machine): string {
  const ms = machineNowMs(of);
  if (ms !== last.ms) last = { ms, text: new real.Date(ms).toISOString() };
  return last.text;
}

/** The true time of a simulated instant, in epoch milliseconds. */
export const simulatedEpochMs = (ms: number) => beginMs + Math.floor(ms);

const real = {
  Date: globalThis.Date,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  sleep: timerPromises.setTimeout,
  random: Math.random,
  performanceNow: performance.now.bind(performance),
  randomBytes: crypto.randomBytes,
  randomUUID: crypto.randomUUID,
};

let last = { ms: Number.NaN, text: '' };

class SimulatedDate extends real.Date {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(SimulatedDate.now());
    else super(...given);
  }

  static override now(): number {
    return machine ? machineNowMs(machine) : real.Date.now();
  }
}

class SimulatedTimer {
  readonly event: { cancelled: boolean };

  constructor(event: { cancelled: boolean }) {
    this.event = event;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

type Callback = (...given: unknown[]) => void;

function setTimeoutOf(callback: Callback, ms = 1, ...given: unknown[]) {
  if (!machine) return real.setTimeout(callback, ms, ...given);
  return new SimulatedTimer(machine.later(ms, () => callback(...given)));
}

function sleep<Value>(ms?: number, value?: Value, options?: object): Promise<Value> {
  if (!machine) return real.sleep(ms, value as Value, options);
  return new Promise((resolve) => setTimeoutOf(() => resolve(value as Value), ms));
}

function clearTimeoutOf(timer: unknown): void {
  if (timer instanceof SimulatedTimer) timer.event.cancelled = true;
  else real.clearTimeout(timer as NodeJS.Timeout);
}

function random(): number {
  return machine?.current?.draw() ?? real.random();
}

function randomBytesOf(bytes: number): Buffer {
  if (!machine?.current) return real.randomBytes(bytes);
  const { draw } = machine.current;
  const buffer = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes; at += 4) buffer.writeUInt32LE(1 + Math.floor(draw() * (2 ** 32 - 1)), at);
  return buffer;
}

function randomUuid(): string {
  if (!machine?.current) return real.randomUUID();
  const hex = randomBytesOf(16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

// Installed for good: without a running simulation, they behave as before.
Object.assign(globalThis, { Date: SimulatedDate, setTimeout: setTimeoutOf, clearTimeout: clearTimeoutOf });
Object.assign(timers, { setTimeout: setTimeoutOf, clearTimeout: clearTimeoutOf });
Object.assign(timerPromises, { setTimeout: sleep });
Object.assign(crypto, { randomBytes: randomBytesOf, randomUUID: randomUuid });
syncBuiltinESMExports();
Math.random = random;
performance.now = () => (machine ? machine.now : real.performanceNow());
