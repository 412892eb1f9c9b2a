import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { setClock, stopClock } from '../platform/process/stopped-clock.ts';
import type { Difference } from './compare.ts';
import type { Recording } from './recording.ts';
import { replay } from './replay.ts';
import { playSale } from './scenario.ts';
import { type Handler, World } from './world.ts';

// Fixed clock and fixed random values, so that the same code writes the same messages.
stopClock(0);
// Pauses between attempts are skipped. Timeouts are longer, and are kept.
const longestPauseMs = 1_000;
const startTimer = globalThis.setTimeout;
globalThis.setTimeout = ((work: () => void, ms = 0, ...rest: []) =>
  startTimer(work, ms > longestPauseMs ? ms : 0, ...rest)) as typeof setTimeout;

let drawn = 0;
const draw = (bytes: number) => Buffer.alloc(bytes, String(++drawn).padStart(4, '0'));
Object.assign(crypto, { randomBytes: draw, randomUUID: () => `00000000-0000-4000-8000-${draw(6).toString('hex')}` });
syncBuiltinESMExports();

const services = ['catalog', 'intake', 'stock', 'settlement', 'projection', 'fulfilment', 'sweeper', 'invalidation'];

/** Loads fresh modules, because an entry keeps state, such as the last known state of the breaker. */
async function openWorld(run: number): Promise<World> {
  const load = async (service: string) => {
    const { handler } = (await import(`../../functions/${service}/aws.ts?run=${run}`)) as { handler: Handler };
    return [service, handler] as const;
  };
  return new World(Object.fromEntries(await Promise.all(services.map(load))), (at) => setClock(Date.parse(at)));
}

const recordings = workerData as readonly Recording[];
const steps = await playSale(await openWorld(0));
const replayed: (readonly Difference[])[] = [];
for (const [index, recording] of recordings.entries())
  replayed.push(await replay(await openWorld(index + 1), recording));
parentPort?.postMessage({ steps, replayed });
