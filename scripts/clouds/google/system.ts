import { setTimeout as sleep } from 'node:timers/promises';
import { openStates } from '../../../functions/domain/order.ts';
import type { Hooks } from '../../platform/process/while-running.ts';
import type { CloudSystem } from '../../sale/clouds.ts';
import { type Quiet, type QuietOptions, standstill, untilQuiet } from '../../sale/quiescence.ts';
import type { SaleSystem } from '../../sale/system.ts';
import { type GooglePlatform, startGooglePlatform } from './platform.ts';
import { readCollections, readDeadLetters } from './read-stores.ts';
import { topics } from './topology.ts';

/** Starts the Google Cloud system on this machine, for the demonstration. */
export async function startSystem(hooks: Hooks): Promise<CloudSystem> {
  const platform = await startGooglePlatform(hooks);
  return {
    ...saleSystem(platform),
    notes: [
      `Google: ${platform.engines}; the functions run on the real functions-framework`,
      'not simulated: Cloud CDN (customers call the API directly), IAM, scaling, Cloud Monitoring',
      'this project pushes the Pub/Sub messages, with tokens of the local issuer: the emulator sends none',
    ],
    stop: () => platform.stop(),
  };
}

export function saleSystem(platform: GooglePlatform): SaleSystem {
  return {
    shopUrl: platform.apiUrl,

    issuer: platform.issuer,
    partner: platform.partner,
    sendToQueue: (body) => platform.publish(topics.ORDER_TOPIC, body),
    untilQuiet: (deadLetters, options) => untilSystemQuiet(platform, deadLetters, options),
    calls: () => platform.calls(),
    memoryMb: () => platform.memoryMb(),
  };
}

const pauseMs = 1_000;

/** Counts before reading: reading everything each second would load the emulator more than the orders do. */
async function untilSystemQuiet(
  { db, subscriptions, partner }: GooglePlatform,
  deadLetters: number,
  options: QuietOptions,
): Promise<Quiet> {
  const isStill = standstill(options.withinMs);
  for (;;) {
    const orders = db.collection('orders');
    const open = openStates.map((state) => orders.where('state', '==', state));
    const found = await Promise.all([orders, ...open].map((some) => some.count().get()));
    const counts = found.map((one) => one.data().count);
    const [all = 0, ...waitingIn] = counts;
    const waiting = waitingIn.reduce((sum, count) => sum + count, 0);
    options.onProgress?.(all - waiting, all);
    if (waiting === 0 || isStill(counts.join())) break;
    await sleep(pauseMs);
  }
  const stores = {
    read: async () => ({ ...(await readCollections(db)), book: partner.book(), unsigned: partner.calls().unsigned }),
    readDeadLetters: () => readDeadLetters(subscriptions),
  };
  return untilQuiet(stores, deadLetters, options);
}
