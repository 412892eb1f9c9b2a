import * as z from 'zod';
import { remoteKeys } from '../../runtime/signing-keys.ts';
import { bearerToken, verifyToken } from '../../runtime/token.ts';

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
 * @throws {KeysUnavailable} when the issuer's keys cannot be read, so that the token stays unchecked
 */
export function pushVerifier(env: PushSettings): (authorization: string | undefined) => Promise<boolean> {
  const keys = remoteKeys(env.PUSH_KEYS_URL);
  const rules = { issuer: env.PUSH_ISSUER, audience: env.PUSH_AUDIENCE };

  return async (authorization) => {
    const token = bearerToken(authorization);
    const verified = token && (await verifyToken(token, keys, rules));
    return verified ? verified.claims.email === env.PUSH_ACCOUNT && verified.claims.email_verified === true : false;
  };
}
