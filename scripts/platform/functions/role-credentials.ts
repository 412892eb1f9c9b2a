import { createHmac } from 'node:crypto';
import type { TargetCredentials } from '../engine/target.ts';

/** Engine variable for the secret from which both sides derive the sessions. */
export const servedSecretVariable = 'SERVED_FUNCTIONS_SECRET';

/** Derives credentials of a function's role, as engine.py registers them with each invocation. */
export function roleCredentials(secret: string, roleArn: string): TargetCredentials {
  const derive = (purpose: string) => createHmac('sha256', secret).update(`${purpose}:${roleArn}`).digest('hex');
  return {
    accessKeyId: `ASIA${derive('id').slice(0, 16).toUpperCase()}`,
    secretAccessKey: derive('secret'),
    sessionToken: derive('token'),
  };
}
