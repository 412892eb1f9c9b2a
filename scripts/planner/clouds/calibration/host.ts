import type { HttpResult } from '../../../../functions/contracts/http-event.ts';
import { Rounds } from '../../calibration/rounds.ts';
import { CloudRecorder } from './work.ts';

/** A message as its worker receives it. */
export interface Delivered {
  readonly body: Uint8Array;
  readonly messageId: string;
  readonly remainingMs: () => number;
}

/**
 * Shared between the shop and the stand-ins of a cloud's SDK: the functions register here, and their calls arrive here.
 */
export const host = {
  apis: new Map<string, (event: object) => Promise<HttpResult>>(),
  /** By queue, or by the function that receives pushes. */
  workers: new Map<string, (message: Delivered) => Promise<void>>(),
  timers: new Map<string, (call: { remainingMs: () => number }) => Promise<void>>(),
  recorder: new CloudRecorder(),
  rounds: new Rounds(),
  /** Messages by queue or topic, until a worker receives them. */
  queues: new Map<string, string[]>(),
};

export function send(queue: string, body: string, isKept = true): Promise<object> {
  return host.rounds.answer(() => {
    if (isKept) host.queues.set(queue, [...(host.queues.get(queue) ?? []), body]);
    host.recorder.sent(queue, Buffer.byteLength(body));
    return {};
  });
}

export const remainingMs = () => 30_000;

interface Signed {
  readonly headers: Readonly<Record<string, string | undefined>>;
}

// Stands in for `runtime/identity.ts`. An environment caches the issuer's keys, so a token costs no call.
export const identityEnv = {};
export const authenticator = () => async (event: Signed) => {
  const [, claims = ''] = (event.headers.authorization ?? '').split('.');
  const { sub, 'cognito:groups': groups } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
    sub: string;
    'cognito:groups': readonly string[];
  };
  return { customer: sub, admin: groups.includes('admin') };
};

/** Long enough for a signature. Not counted, because it is read only once in minutes. */
export const secret = () => ({ read: async () => 'calibration-secret-calibration-secret' });
