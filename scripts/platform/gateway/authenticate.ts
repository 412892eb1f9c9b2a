import type { IncomingMessage } from 'node:http';
import type { Sessions } from './sessions.ts';
import { type Claim, checkSignature, parseClaim, type Refusal } from './signature.ts';

/** A run's key, and the regions in which it is valid. */
export interface RunKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** True if the engine checks the signatures of sessions that it issues; otherwise the gateway does. */
  readonly engineChecksSessions: boolean;
  /** Regions whose tables can be reached through this gateway. */
  readonly otherRegions?: readonly string[];
}

/**
 * Requests that the engine must answer unsigned: health checks and results of custom resources. The URL of a result is
 * itself a secret.
 */
const unsignedPaths: readonly { readonly method: string; readonly path: RegExp }[] = [
  { method: 'GET', path: /^\/_(ministack|localstack)\/health$/ },
  { method: 'PUT', path: /^\/_ministack\/cfn-response\/[\w-]{16,}$/ },
];

/**
 * Rejects calls not signed with this run's key. The engine trusts the id of a root key without checking its secret, so
 * anyone who knows the id could run code.
 */
export async function authenticate(
  { key, sessions }: { readonly key: RunKey; readonly sessions: Sessions },
  { request, url, readBody }: { request: IncomingMessage; url: URL; readBody: () => Promise<Buffer> },
  now: number,
): Promise<Refusal | undefined> {
  if (unsignedPaths.some(({ method, path }) => method === request.method && path.test(request.url ?? '')))
    return undefined;
  const claim = parseClaim(request, url);
  if ('code' in claim) return claim;
  if (!isServed(key, claim)) {
    const message = `Credential should be scoped to a valid region: this platform is in ${key.region}, not in '${claim.region}'.`;
    return { code: 'SignatureDoesNotMatch', message };
  }
  const isOwn = claim.accessKeyId === key.accessKeyId;
  const known = isOwn ? key : sessions.find(claim.accessKeyId, claim.sessionToken);
  if (known) return checkSignature(claim, known.secretAccessKey, { request, url, body: await readBody() }, now);
  const isSession = claim.accessKeyId.startsWith('ASIA') && claim.sessionToken !== undefined;
  if (isSession && key.engineChecksSessions) return undefined;
  return { code: 'InvalidClientTokenId', message: 'The security token included in the request is invalid.' };
}

const isServed = ({ region, otherRegions = [] }: RunKey, claim: Claim): boolean =>
  claim.region === region || (claim.service === 'dynamodb' && otherRegions.includes(claim.region));
