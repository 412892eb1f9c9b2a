import * as z from 'zod';
import { findUrlFault } from '../../contracts/partner-url.ts';
import type { Order } from '../../domain/order.ts';
import { type Partner, PartnerFailed } from '../../ports/partner.ts';
import type { PartnerKey, PartnerKeys } from '../../ports/partner-keys.ts';
import { httpClient } from './http-client.ts';
import { signRequest } from './message-signature.ts';
import { parseRetryAfter } from './retry-after.ts';
import type { Answer, PartnerRequest, Send } from './send.ts';
import { standInUrl, toStandIn } from './stand-in.ts';

const partnerAnswer = z.discriminatedUnion('state', [
  z.object({ orderId: z.string(), state: z.literal('accepted') }),
  z.object({ orderId: z.string(), state: z.literal('refused') }),
]);
const expectedStatuses = { accepted: [200, 201], refused: [422] };
const answerStatuses = Object.values(expectedStatuses).flat();

/** An answer has about a hundred bytes. */
const longestAnswerBytes = 16_384;

/** Makes a call under some policy; the signal aborts it. */
export type Attempt = <Result>(call: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

export interface PartnerCalls {
  readonly keys: PartnerKeys;
  /** The policy for each call: timeouts, retries, a limit on concurrent calls. */
  readonly attempt: Attempt;
}

/**
 * The partner over HTTP: `POST {url}/orders` with the order id as `Idempotency-Key`, signed. 200 or 201 with
 * `{ orderId, state: 'accepted' }`, 422 with `{ orderId, state: 'refused' }`; anything else is not an answer.
 */
export function partnerOverHttp(
  url: string,
  { keys, attempt }: PartnerCalls,
  send: Send = (...request) => httpClient.send(...request),
): Partner {
  return {
    ready: async () => void (await keys.current()),
    take: (order) => attempt((signal) => postOrder(order, { url: `${url}/orders`, keys, send, signal })),
  };
}

/** In place of a URL, for a stage without a partner. */
export const standIn = 'stand-in';

/** The stage's partner: over HTTP, or a stand-in that accepts every order, so that a first deploy can fulfil orders. */
export function partnerClient({ url, stage }: { url: string; stage: string }, calls: PartnerCalls): Partner {
  if (url === standIn) return partnerOverHttp(standInUrl, calls, toStandIn(calls.keys));
  const fault = findUrlFault(url, stage);
  return fault === undefined ? partnerOverHttp(url, calls) : refusing(`PARTNER_URL must be ${fault}`);
}

/** The deploy rejects such a URL, so the variable was changed afterwards. Orders wait until it is corrected. */
function refusing(message: string): Partner {
  const refuse = () => Promise.reject(new PartnerFailed(message));
  return { ready: refuse, take: refuse };
}

interface Call {
  readonly url: string;
  readonly keys: PartnerKeys;
  readonly send: Send;
  readonly signal: AbortSignal;
}

type HandedOver = Pick<Order, 'orderId' | 'sku' | 'quantity'>;

/** Calls again at once when there is a newer key: a rotation delays no order. */
async function postOrder(order: HandedOver, call: Call) {
  const key = await call.keys.current();
  try {
    return await postSigned(order, key, call);
  } catch (error) {
    if (!(error instanceof SignatureRefused)) throw error;
    call.keys.refused(key);
    const newest = await call.keys.current();
    if (newest.id === key.id) throw error;
    return postSigned(order, newest, call);
  }
}

class SignatureRefused extends PartnerFailed {}

async function postSigned({ orderId, sku, quantity }: HandedOver, key: PartnerKey, call: Call) {
  const response = await call
    .send(call.url, toRequest(call, key, { orderId, body: JSON.stringify({ orderId, sku, quantity }) }))
    .catch((error) => {
      throw new PartnerFailed(`the partner did not answer about order ${orderId}`, { cause: error });
    });
  const retryAfter = { retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), Date.now()) };
  const data = await readAnswer(response).catch((cause) => {
    // The status and headers already say whether the signature was rejected and when to retry.
    if (!answerStatuses.includes(response.status)) return undefined;
    throw new PartnerFailed(`the partner's response to order ${orderId} cannot be read`, { cause, ...retryAfter });
  });
  if (data?.orderId === orderId && expectedStatuses[data.state].includes(response.status)) return data.state;
  const text = `the partner's response to order ${orderId} is not an answer: status ${response.status}`;
  if (response.status !== 401) throw new PartnerFailed(text, retryAfter);
  throw new SignatureRefused(`${text}; it does not accept the signature by key ${key.id}`, retryAfter);
}

function toRequest(
  { url, signal }: Call,
  key: PartnerKey,
  { orderId, body }: { readonly orderId: string; readonly body: string },
): PartnerRequest {
  const headers = { 'content-type': 'application/json', 'idempotency-key': orderId };
  const created = Math.floor(Date.now() / 1_000);
  const signed = signRequest({ method: 'POST', targetUri: url, headers, body }, key, created);
  return { method: 'POST', headers: { ...headers, ...signed }, body, signal };
}

/** Undefined for anything but an answer, such as a proxy's page. */
async function readAnswer(response: Answer) {
  const text = await readText(response);
  try {
    return partnerAnswer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** An endless answer must not fill the memory; leaving the loop ends the connection. */
async function readText({ body }: Answer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > longestAnswerBytes) throw new Error(`the answer is longer than ${longestAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
