import { Readable } from 'node:stream';
import type { PartnerKeys } from '../../ports/partner-keys.ts';
import { findSignatureFault } from './message-signature.ts';
import type { Send } from './send.ts';

/** Never resolves: the stand-in is in this process. */
export const standInUrl = 'https://stand-in.invalid';

/**
 * Accepts every signed order, as a partner would, so that a stage without a partner also tests its secret and its
 * grant.
 */
export function toStandIn(keys: PartnerKeys): Send {
  return async (url, { method, headers, body }) => {
    const request = { method, targetUri: url, headers, body };
    const fault = findSignatureFault(request, [await keys.current()], Math.floor(Date.now() / 1_000));
    const orderId = headers['idempotency-key'];
    return fault === undefined ? answer(201, { orderId, state: 'accepted' }) : answer(401, { message: fault });
  };
}

const answer = (status: number, body: object) => ({
  status,
  headers: { get: () => null },
  body: Readable.from([Buffer.from(JSON.stringify(body))]),
});
