import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { findSignatureFault } from '../../../functions/adapters/http/message-signature.ts';
import * as grammar from '../../../functions/contracts/grammar.ts';
import type { PartnerKey } from '../../../functions/ports/partner-keys.ts';
import { readBody } from '../http/body.ts';
import { sendJson } from '../http/send-json.ts';
import type { Book, BookEntry, PartnerOrder } from './book.ts';
import type { Outcome, PartnerCounts } from './counts.ts';
import type { PartnerScript } from './script.ts';

const orderBody = z.object({ orderId: grammar.orderId, sku: grammar.sku, quantity: grammar.quantity });

export interface Desk {
  readonly book: Book;
  readonly counts: PartnerCounts;
  readonly script: PartnerScript;
  /** URL that callers sign. */
  readonly url: string;
  /** Accepted keys: during a rotation, the new one and the previous one. If empty, every call is refused. */
  readonly keys: readonly PartnerKey[];
  readonly now: () => Date;
}

/** `POST /orders`: takes one order, with the faults of the script. */
export async function takeOrder(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { counts, script } = desk;
  const nth = counts.begin(desk.now().getTime());
  const strikes = (what: string, share: number) => chance(script.seed, nth, what) < share;
  counts.end(await answer(desk, request, response, strikes, chance(script.seed, nth, 'latency')));
}

type Strikes = (what: string, share: number) => boolean;

async function answer(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
  strikes: Strikes,
  slowness: number,
): Promise<Outcome> {
  const { script } = desk;
  if (script.down) {
    response.socket?.resetAndDestroy();
    return 'down';
  }
  const body = await readBody(request);
  const fault = findSignatureFault(toSigned(desk, request, body), desk.keys, Math.floor(desk.now().getTime() / 1_000));
  if (fault !== undefined) {
    sendJson(response, 401, { message: fault });
    return 'unsigned';
  }
  if (strikes('hang', script.hangShare)) return 'hung';
  const { min, max } = script.latencyMs;
  await sleep(min + slowness * (max - min));
  if (strikes('error', script.errorShare)) {
    sendJson(response, 503, { message: 'out of order' });
    return 'failed';
  }
  const order = parseOrder(body.toString(), request.headers['idempotency-key']);
  if (typeof order === 'string') {
    sendJson(response, 400, { message: order });
    return 'malformed';
  }
  return write(desk, order, response, {
    twice: strikes('twice', script.twiceShare),
    lose: strikes('lose', script.loseShare),
  });
}

const toSigned = ({ url }: Desk, { method = '', url: path = '', headers }: IncomingMessage, body: Uint8Array) => ({
  method,
  targetUri: `${url}${path}`,
  headers,
  body,
});

/** Decided per order: all calls for an order are refused, or none is. */
export function refuses({ seed, refuseShare }: Pick<PartnerScript, 'seed' | 'refuseShare'>, orderId: string): boolean {
  return chance(seed, orderId, 'refuse') < refuseShare;
}

function write(
  { book, script, now }: Desk,
  order: PartnerOrder,
  response: ServerResponse,
  { twice, lose }: { twice: boolean; lose: boolean },
): Outcome {
  const decide = () => (refuses(script, order.orderId) ? 'refused' : 'accepted');
  const take = () => book.take(order, decide, now);
  const first = take();
  if (twice) take();
  if (lose) {
    response.socket?.destroy();
    return 'lost';
  }
  if (first === 'CONFLICT') {
    sendJson(response, 409, { orderId: order.orderId, message: 'this key was already used for a different order' });
    return 'conflicting';
  }
  sendJson(response, ...toAnswer(first.entry, first.known));
  return first.entry.state;
}

function toAnswer({ orderId, state }: BookEntry, known: boolean): [number, object] {
  if (state === 'refused') return [422, { orderId, state, reason: 'NOT_DELIVERABLE' }];
  return [known ? 200 : 201, { orderId, state }];
}

/** Returns the order, or a message about what is wrong. */
function parseOrder(text: string, key: unknown): PartnerOrder | string {
  try {
    const parsed = orderBody.safeParse(JSON.parse(text));
    if (!parsed.success) return z.prettifyError(parsed.error);
    return key === parsed.data.orderId ? parsed.data : 'the Idempotency-Key must be the orderId';
  } catch {
    return 'the body is not JSON';
  }
}

/** From 0 to 1; deterministic for the same arguments. */
function chance(seed: number, subject: number | string, purpose: string): number {
  return createHash('sha256').update(`${seed} ${subject} ${purpose}`).digest().readUInt32BE() / 2 ** 32;
}
