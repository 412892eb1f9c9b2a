import { onTestFinished } from 'vitest';
import { signRequest, toPartnerKey } from '../../../functions/adapters/http/message-signature.ts';
import { deriveOrderId } from '../../../functions/intake/place-order.ts';
import { startPartner } from '../../../scripts/platform/partner/partner.ts';
import type { PartnerScriptInput } from '../../../scripts/platform/partner/script.ts';
import { call } from './stub.ts';

export const now = () => new Date('2030-01-01T00:00:00Z');
export const idOf = (index: number) => deriveOrderId('ada', `order-number-${index}`);
export const orderId = idOf(0);
export const secret = 'P'.repeat(48);

/** The headers of a signed order. */
export function sign(url: string, body: string, key: string, by = secret) {
  const headers = { 'content-type': 'application/json', ...(key === '' ? {} : { 'idempotency-key': key }) };
  const request = { method: 'POST', targetUri: `${url}/orders`, headers, body };
  return { ...headers, ...signRequest(request, toPartnerKey(by), now().getTime() / 1_000) };
}

export async function partner(script: PartnerScriptInput = {}) {
  const started = await startPartner({ script, secrets: [secret], now });
  onTestFinished(() => started.stop());
  const order = (more: object = {}, key: string = orderId, by = secret) => {
    const body = JSON.stringify({ orderId, sku: 'lamp', quantity: 2, ...more });
    return call(`${started.url}/orders`, { method: 'POST', headers: sign(started.url, body, key, by), body });
  };
  const orderNumber = (index: number) => order({ orderId: idOf(index) }, idOf(index));
  return { started, ...started, order, orderNumber };
}
