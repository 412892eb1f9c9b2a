import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import * as z from 'zod';

/**
 * The identity that may push to a function. Cloud Run's IAM enforces it too; this check covers a misconfigured IAM, and
 * machines without one.
 */
export const pushEnv = {
  /** `https://accounts.google.com` */
  PUSH_ISSUER: z.url(),
  /** `https://www.googleapis.com/oauth2/v3/certs` */
  PUSH_KEYS_URL: z.url(),
  /** The audience that the subscription names. */
  PUSH_AUDIENCE: z.string().min(1),
  /** The e-mail address of the service account that the subscription pushes as. */
  PUSH_ACCOUNT: z.string().min(1),
};

export type PushSettings = z.infer<z.ZodObject<typeof pushEnv>>;

/**
 * Checks whether a request carries a token of the account that may push.
 *
 * @throws {Error} when the issuer's keys cannot be fetched, so that the token stays unchecked
 */
export function pushVerifier(env: PushSettings): (authorization: string | undefined) => Promise<boolean> {
  const keys = createRemoteJWKSet(new URL(env.PUSH_KEYS_URL), { timeoutDuration: 2_000 });
  const expected = { issuer: env.PUSH_ISSUER, audience: env.PUSH_AUDIENCE, algorithms: ['RS256'] };

  return async (authorization) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token) return false;
    try {
      const { payload } = await jwtVerify(token, keys, { ...expected, requiredClaims: ['exp'] });
      return payload.email === env.PUSH_ACCOUNT && payload.email_verified === true;
    } catch (error) {
      if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) throw error;
      return false;
    }
  };
}
