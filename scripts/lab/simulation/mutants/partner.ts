import type { Mutant } from './mutant.ts';

const http = 'functions/adapters/http';
const cache = 'functions/lib/cached-secret.ts';
const signature = 'test/unit/adapters/message-signature.test.ts';
const partnerTest = 'test/unit/adapters/partner.test.ts';
const keys = 'test/unit/adapters/partner-keys.test.ts';

/** Calls to the partner: signed content, key, target and retry time. */
export const partner: readonly Mutant[] = [
  {
    name: 'the signature does not cover the body',
    caughtBy: 'with another body and its digest is refused',
    file: `${http}/message-signature.ts`,
    find: "'content-type', 'content-digest', 'idempotency-key'] as const",
    replace: "'content-type', 'idempotency-key'] as const",
    test: signature,
  },
  {
    name: 'a captured request can be sent again for ever',
    caughtBy: 'is refused outside of the window, and without keys',
    file: `${http}/message-signature.ts`,
    find: 'if (Math.abs(nowSeconds - Number(created)) > windowSeconds)',
    replace: 'if (Number(created) > nowSeconds + windowSeconds)',
    test: signature,
  },
  {
    name: "the partner's Retry-After is ignored",
    caughtBy: 'keeps to Retry-After of status 429',
    file: `${http}/partner.ts`,
    find: "{ retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), Date.now()) }",
    replace: '{ retryAfterMs: 0 }',
    test: partnerTest,
  },
  {
    name: 'a redirect of the partner is followed',
    caughtBy: 'does not follow a redirect, nor sign for another host: 307',
    file: `${http}/http-client.ts`,
    find: "asked.once('response', (response) => {",
    replace: `asked.once('response', (response) => {
        const { location } = response.headers;
        if (location) return resolve(httpClient.send(location, { method, headers, body, signal }));`,
    test: partnerTest,
  },
  {
    name: 'an outage of the secret store stops calls that the last key could sign',
    caughtBy: 'keeps signing with the last good key while the store is gone',
    file: cache,
    find: 'if (known) return known.value;',
    replace: '',
    test: keys,
  },
  {
    name: 'a key that the partner refuses is used until it expires',
    caughtBy: 'reads again at once when the partner refuses the key, but not for each refusal',
    file: cache,
    find: 'known = { value: known.value, until: -Infinity };',
    replace: 'known = { ...known };',
    test: keys,
  },
  {
    name: 'an order is claimed for a call that cannot be signed',
    caughtBy: 'claims no order while the secret that signs calls cannot be read',
    file: 'functions/fulfilment/fulfil-order.ts',
    find: 'await partner.ready();',
    replace: '',
    test: 'test/unit/fulfilment/messages.test.ts',
  },
];
