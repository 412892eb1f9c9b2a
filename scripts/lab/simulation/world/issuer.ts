import { createHash } from 'node:crypto';
import type { CallMaker } from './calls.ts';
import { failure } from './failure.ts';
import { serve } from './web.ts';

/** Issues the tokens of a simulation. */
export const issuer = {
  url: 'https://issuer.invalid',
  keysUrl: 'https://issuer.invalid/.well-known/jwks.json',
  audience: 'simulated-shop',
};

/** An RSA key in form only; its factors are unknown. */
const publicJwk = {
  ...{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: 'simulated', e: 'AQAB' },
  n: Buffer.alloc(256, 0xa5).toString('base64url'),
};
const times = { iat: 1_700_000_000, exp: 4_000_000_000 };

/** A digest in place of a signature: fast, and the same on every machine. */
const sign = (input: string | Uint8Array) => createHash('sha256').update('simulated issuer').update(input).digest();

/** A signed token; passing `signature` forges it. */
export function issueToken(claims: object, signature?: Buffer): string {
  const header = { alg: 'RS256', typ: 'JWT', kid: publicJwk.kid };
  const input = [header, { iss: issuer.url, ...times, ...claims }].map(encode).join('.');
  return `${input}.${(signature ?? sign(input)).toString('base64url')}`;
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

let isReplaced = false;

/**
 * `jose` still verifies tokens, but WebCrypto answers synchronously, because its threads do not run in simulated time.
 */
export async function verifyAtOnce(): Promise<void> {
  if (isReplaced) return;
  isReplaced = true;
  const { subtle } = globalThis.crypto;
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await subtle.importKey('jwk', publicJwk, algorithm, false, ['verify']);
  const real = { importKey: subtle.importKey.bind(subtle) as never, verify: subtle.verify.bind(subtle) as never };
  Object.assign(subtle, {
    importKey: (...given: [string, { n?: string }]) =>
      given[1].n === publicJwk.n ? Promise.resolve(key) : (real.importKey as (...all: unknown[]) => unknown)(...given),
    verify: (...given: [unknown, unknown, Uint8Array, Uint8Array]) =>
      given[1] === key
        ? Promise.resolve(sign(given[3]).equals(given[2]))
        : (real.verify as (...all: unknown[]) => unknown)(...given),
  });
}

/** Serves the issuer's public keys behind `fetch`. */
export function servePublicKeys(calls: CallMaker): void {
  serve(issuer.url, () =>
    calls.make<object>({
      name: 'GET jwks.json',
      execute: (answer) => answer({ status: 200, json: async () => ({ keys: [publicJwk] }) }),
      busy: () => ({ status: 503, json: async () => ({}) }),
      lost: () => failure('TimeoutError'),
    }),
  );
}
