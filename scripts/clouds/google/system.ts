import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudSystem } from '../../demo/clouds.ts';
import type { SaleSystem } from '../../demo/system.ts';
import type { Hooks } from '../../local/while-running.ts';
import { type Quiet, type QuietOptions, untilQuiet } from '../../shop/until-quiet.ts';
import { type GooglePlatform, startGooglePlatform } from './platform.ts';
import { readStores } from './read-stores.ts';
import { topics } from './topology.ts';

/** The system on this machine as it runs on Google Cloud, for the demonstration. */
export async function startSystem(hooks: Hooks): Promise<CloudSystem> {
  const platform = await startGooglePlatform(hooks);
  return {
    ...saleSystem(platform),
    notes: [
      `Google: ${platform.engines}; the functions run on the real functions-framework`,
      'not here: Cloud CDN (nobody browses through it, customers call the API), IAM, scaling, Cloud Monitoring',
      'Pub/Sub pushes by a part of this project, with tokens of the local issuer: the emulator sends none',
    ],
    stop: () => platform.stop(),
  };
}

export function saleSystem(platform: GooglePlatform): SaleSystem {
  return {
    shopUrl: platform.apiUrl,
    issuer: platform.issuer,
    sendToQueue: (body) => platform.publish(topics.ORDER_TOPIC, body),
    untilQuiet: (deadLetters, options) => untilSystemQuiet(platform, deadLetters, options),
    calls: () => platform.calls(),
    memoryMb: () => platform.memoryMb(),
  };
}

const pauseMs = 1_000;

/** Counts first: to read everything twice a second would take the emulator more time than the orders do. */
async function untilSystemQuiet(
  { db, subscriptions }: GooglePlatform,
  deadLetters: number,
  options: QuietOptions,
): Promise<Quiet> {
  const begun = Date.now();
  for (; Date.now() - begun < options.withinMs; await sleep(pauseMs)) {
    const orders = db.collection('orders');
    const [all, pending] = await Promise.all([
      orders.count().get(),
      orders.where('state', '==', 'PENDING').count().get(),
    ]);
    const waiting = pending.data().count;
    options.onProgress?.(all.data().count - waiting, all.data().count);
    if (waiting === 0) break;
  }
  const withinMs = Math.max(options.withinMs - (Date.now() - begun), 0);
  const read = (withDeadLetters: boolean) => readStores(db, withDeadLetters ? subscriptions : undefined);
  return untilQuiet({ read }, deadLetters, { ...options, withinMs });
}
