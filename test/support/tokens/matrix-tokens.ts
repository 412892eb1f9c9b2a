import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { signer } from './signed-token.ts';
import { tokenMatrix, type Verdict } from './token-matrix.ts';

export interface MatrixToken {
  readonly name: string;
  readonly token: string;
  /** For a read of the own orders: 401 without a valid token, 503 from the store that is gone. */
  readonly read: number;
  /** For a write that only an administrator may do. */
  readonly write: number;
}

/** The matrix as signed tokens, with the key set that verifies them. */
export async function signMatrix(): Promise<{ readonly tokens: readonly MatrixToken[]; readonly jwks: string }> {
  const keys = await generateKeyPair('RS256');
  const sign = (claims: object) =>
    new SignJWT({ sub: 'ada', iss: signer.issuer, aud: signer.audience, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(keys.privateKey);
  const rows = tokenMatrix.map(async ([name, claims, verdict]) => ({
    name,
    token: await sign(claims),
    read: verdict === 'UNAUTHENTICATED' ? 401 : 503,
    write: toWriteStatus(verdict),
  }));
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256' };
  return { tokens: await Promise.all(rows), jwks: JSON.stringify({ keys: [jwk] }) };
}

function toWriteStatus(verdict: Verdict): number {
  if (verdict === 'UNAUTHENTICATED') return 401;
  return verdict.admin ? 503 : 403;
}

/** Answers of a key endpoint that say nothing about a token. */
export const keyTroubles: Readonly<Record<string, readonly [status: number, body: string]>> = {
  '503': [503, ''],
  '429': [429, ''],
  '500 with HTML': [500, '<html></html>'],
  '200 with HTML': [200, '<html></html>'],
  'an empty object': [200, '{}'],
  'no keys': [200, '{"keys":[]}'],
  'a redirect': [302, ''],
  '404': [404, 'not found'],
};
