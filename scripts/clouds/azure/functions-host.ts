import { randomUUID } from 'node:crypto';
import { registerHooks } from 'node:module';
import * as z from 'zod';
import { queues } from '../../../functions/adapters/azure/resources.ts';
import { storageEnv, storageOf } from '../../../functions/adapters/azure/storage.ts';
import { readEnv } from '../../../functions/runtime/env.ts';
import { listen } from '../../platform/http/listen.ts';
import { invoke, lock, type Registered, registered, triggerOf } from './functions-core.ts';
import { httpListener } from './host-http.ts';
import { hostSettings, queueSettings } from './host-settings.ts';
import { secondsOf, startTimer } from './host-timer.ts';
import { QueuePoller } from './queue-poller.ts';

/**
 * A function app as a process of this machine: the real library @azure/functions registers the real entries, and this
 * host calls them for HTTP requests, queue messages and timers as Azure's does. What it lacks: scaling, keys, output
 * bindings, the time limit of a function.
 */
const env = readEnv({ ...storageEnv, FUNCTION_ENTRIES: z.string().min(1), FUNCTION_HTTP: z.enum(['true', 'false']) });
const storage = storageOf(env);
const log = (line: string) => void process.stderr.write(`${line}\n`);

const core = new URL('./functions-core.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@azure/functions-core' ? { url: core, shortCircuit: true } : next(specifier, context),
});
for (const entry of env.FUNCTION_ENTRIES.split(',')) await import(entry);
await lock();

const ends: (() => Promise<void>)[] = [];
for (const one of registered) {
  const { type, schedule } = triggerOf(one);
  if (type === 'queueTrigger') ends.push(startQueue(one));
  if (type === 'timerTrigger') ends.push(startTimer(secondsOf(resolved(schedule)), () => tick(one)).stop);
}
const port = await startHttp();
process.stdout.write(`the functions answer at ${port}\n`);
process.once('SIGTERM', () => void Promise.all(ends.map((end) => end())).then(() => process.exit(0)));

/** App settings stand between percent signs. */
function resolved(setting = ''): string {
  return setting.replace(/%(\w+)%/g, (_, name: string) => process.env[name] ?? '');
}

function startQueue(one: Registered): () => Promise<void> {
  const { queueName } = triggerOf(one);
  const queue = Object.values(queues).find((name) => name === resolved(queueName));
  if (!queue) throw new Error(`function ${one.metadata.name}: there is no queue '${queueName}'`);
  const poller = new QueuePoller(storage, {
    queue,
    settings: queueSettings(process.env),
    log,
    work: async (text, { id, dequeueCount }) => {
      const triggerMetadata = { Id: { string: id }, DequeueCount: { string: String(dequeueCount) } };
      await invoke(one, { invocationId: randomUUID(), data: { string: text }, triggerMetadata });
    },
  });
  poller.start();
  return () => poller.stop();
}

async function tick(one: Registered): Promise<void> {
  const data = { json: JSON.stringify({ IsPastDue: false }) };
  await invoke(one, { invocationId: randomUUID(), data }).catch((error: unknown) =>
    log(`${one.metadata.name}: ${error}`),
  );
}

async function startHttp(): Promise<string> {
  if (env.FUNCTION_HTTP === 'false') return 'no address: they have none';
  const listener = await listen(0, 'the Functions host', httpListener(registered, hostSettings.routePrefix));
  ends.push(() => listener.close());
  return listener.url;
}
