import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export const signer = { issuer: 'https://issuer.example', audience: 'shop' };

/** A token that a function verifies with the key set beside it. */
export async function signToken(claims: Record<string, unknown> = { 'cognito:groups': ['admin'] }) {
  const keys = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256' };
  const token = await new SignJWT({ sub: 'ada', iss: signer.issuer, aud: signer.audience, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(keys.privateKey);
  return { token, jwks: JSON.stringify({ keys: [jwk] }) };
}
