import { randomUUID } from 'node:crypto';
import { registerHooks } from 'node:module';
import * as z from 'zod';
import { queues } from '../../../functions/adapters/azure/resources.ts';
import { openStorage, storageEnv } from '../../../functions/adapters/azure/storage.ts';
import { readEnv } from '../../../functions/runtime/env.ts';
import { maxApiBodyBytes } from '../../platform/api/capacity.ts';
import { anyPage } from '../../platform/http/guard.ts';
import { listen } from '../../platform/http/listen.ts';
import { invoke, lock, type Registered, registered, triggerOf } from './functions-core.ts';
import { answerHttp } from './host-http.ts';
import { hostSettings, queueSettings } from './host-settings.ts';
import { parseScheduleSeconds, startTimer } from './host-timer.ts';
import { QueuePoller } from './queue-poller.ts';

/**
 * A function app as a local process. The real library @azure/functions registers the real entries, and this host calls
 * them for HTTP requests, queue messages and timers, as Azure's does. It lacks scaling, keys, output bindings and the
 * time limit of a function.
 */
const env = readEnv({ ...storageEnv, FUNCTION_ENTRIES: z.string().min(1), FUNCTION_HTTP: z.enum(['true', 'false']) });
const storage = openStorage(env);
const log = (line: string) => void process.stderr.write(`${line}\n`);

const core = new URL('./functions-core.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@azure/functions-core' ? { url: core, shortCircuit: true } : next(specifier, context),
});
for (const entry of env.FUNCTION_ENTRIES.split(',')) await import(entry);
await lock();

const stops: (() => Promise<void>)[] = [];
for (const one of registered) {
  const { type, schedule } = triggerOf(one);
  if (type === 'queueTrigger') stops.push(startQueue(one));
  if (type === 'timerTrigger')
    stops.push(startTimer(parseScheduleSeconds(resolveSettings(schedule)), () => tick(one)).stop);
}
const url = await startHttp();
process.stdout.write(`function app ready: ${url}\n`);
process.once('SIGTERM', () => void Promise.all(stops.map((stop) => stop())).then(() => process.exit(0)));

/** Replaces each %NAME% with that app setting. */
function resolveSettings(setting = ''): string {
  return setting.replace(/%(\w+)%/g, (_, name: string) => process.env[name] ?? '');
}

function startQueue(one: Registered): () => Promise<void> {
  const { queueName, dataType } = triggerOf(one);
  const queue = Object.values(queues).find((name) => name === resolveSettings(queueName));
  if (!queue) throw new Error(`function ${one.metadata.name}: there is no queue '${queueName}'`);
  const poller = new QueuePoller(storage, {
    queue,
    settings: queueSettings(process.env),
    log,
    work: async (body, { id, dequeueCount, insertedOn }) => {
      const triggerMetadata = {
        Id: { string: id },
        DequeueCount: { string: String(dequeueCount) },
        InsertionTime: { string: insertedOn.toISOString() },
      };
      await invoke(one, {
        invocationId: randomUUID(),
        data: dataType === 'binary' ? { bytes: body } : { string: body.toString() },
        triggerMetadata,
      });
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
  if (env.FUNCTION_HTTP === 'false') return 'no HTTP functions';
  const answer = answerHttp(registered, hostSettings.routePrefix);
  const listener = await listen(0, 'the Functions host', answer, { guard: anyPage, maxBodyBytes: maxApiBodyBytes });
  stops.push(() => listener.close());
  return listener.url;
}
