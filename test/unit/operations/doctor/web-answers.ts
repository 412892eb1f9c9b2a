import type { Web } from '../../../../scripts/operations/doctor/web.ts';
import { issuerUrl } from './settled.ts';

export type WebAnswer = { readonly status?: number; readonly body: unknown };

/** Discovery as OpenID Connect Discovery 1.0 documents it. */
export const issuerAnswers = (change: object = {}): Record<string, WebAnswer> => ({
  [`${issuerUrl}/.well-known/openid-configuration`]: {
    body: {
      issuer: issuerUrl,
      jwks_uri: `${issuerUrl}/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
      ...change,
    },
  },
  [`${issuerUrl}/keys`]: { body: { keys: [{ kty: 'RSA', kid: '1' }] } },
});

/** A public web with these pages and zones, and nothing else. */
export const stubWeb = (
  pages: Readonly<Record<string, WebAnswer>>,
  zones: Readonly<Record<string, readonly string[]>>,
): Web => ({
  fetch: async (input) => {
    const { status = 200, body } = pages[String(input)] ?? { status: 404, body: {} };
    return new Response(JSON.stringify(body), { status });
  },
  resolveNs: async (name) => {
    const servers = zones[name];
    if (!servers) throw Object.assign(new Error(`queryNs ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
    return [...servers];
  },
});
