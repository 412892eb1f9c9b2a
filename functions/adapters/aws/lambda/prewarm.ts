import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import * as z from 'zod';
import { within } from '../../../lib/within.ts';

// Zod would compile each schema on first use, which takes longer than a short-lived environment spends parsing.
z.config({ jitless: true });

/** The parts of an SDK client that this file uses. */
interface Client {
  readonly config: {
    readonly requestHandler: { handle(request: HttpRequest): Promise<{ response: HttpResponse }> };
    readonly streamCollector: (body: unknown) => Promise<Uint8Array>;
  };
}

interface Command {
  readonly middlewareStack: { add(middleware: never, options: object): void };
}

const warmings = new Map<Client, () => Promise<unknown>>();

/** A hung endpoint delays a start by this much. */
const patienceMs = 500;

/**
 * Makes `prewarm` run a client's whole path once. The command is serialized and signed, but never sent: what goes out
 * is one unsigned `GET /ping`, which opens the connection, needs no permission and changes nothing.
 *
 * @param send sends a command of the usual path, which it passes through `instead`
 */
export function prewarmed(
  client: Client,
  send: (instead: <Sent extends Command>(command: Sent) => Sent) => Promise<unknown>,
): void {
  warmings.set(client, () =>
    send((command) => {
      command.middlewareStack.add(pingInstead(client) as never, { step: 'deserialize', priority: 'low' });
      return command;
    }),
  );
}

const pingInstead =
  ({ config }: Client) =>
  () =>
  async ({ request }: { readonly request: HttpRequest }) => {
    const { protocol, hostname, port } = request;
    const ping = new HttpRequest({ protocol, hostname, ...(port && { port }), method: 'GET', path: '/ping' });
    const answered = await config.requestHandler.handle(ping).catch(() => undefined);
    // An answer that is not read to its end would hold the connection.
    await config.streamCollector(answered?.response.body).catch(() => undefined);
    return { response: new HttpResponse({ statusCode: 200, headers: {}, body: new TextEncoder().encode('{}') }) };
  };

/**
 * Runs while Lambda initializes an execution environment, when it has a whole processor whatever the function's memory.
 * Never fails: the first call makes up for whatever was not prepared.
 */
export async function prewarm(): Promise<void> {
  const warm = Promise.allSettled([...warmings.values()].map(async (one) => one()));
  await within(patienceMs, warm).catch(() => {});
}
