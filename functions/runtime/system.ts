import type { Clock, Pause } from '../ports/runtime.ts';

export const systemClock: Clock = { now: () => new Date().toISOString() };

export const jitteredPause: Pause = (ms) => new Promise((resolve) => setTimeout(resolve, Math.random() * ms));
