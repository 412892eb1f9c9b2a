import type { Readable } from 'node:stream';
import type { Landing } from './cache.ts';
import { type Entry, entryOf, type Fetched } from './entry.ts';
import { originRequestOf, sharedHeaders } from './key.ts';
import { endToEnd, type Headers, type Origin, type OriginAnswer, type ViewerRequest } from './messages.ts';
import type { Behaviour, Distribution, OriginSettings } from './model.ts';

/** An answer for one viewer only, all of it read. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface Route {
  readonly behaviour: Behaviour;
  readonly origin: OriginSettings;
  readonly send: Origin;
  readonly viewer: ViewerRequest;
  readonly target: string;
}

/** How an origin failed to answer, as the status that the viewer gets. */
export const originFailure = { unreachable: 502, late: 504 } as const;

const largestBody = 32 * 1024 * 1024;
/** Other fields of a 304 replace the kept ones (RFC 9111, 3.2); these belong to the kept body. */
const fieldsOfBody = new Set(['content-length', 'content-encoding', 'content-range', 'transfer-encoding']);

/** Fetches for everybody with the same key: whole, unconditional but for what is kept, by GET also for a HEAD. */
export async function fetchShared(
  { behaviour, origin, send, viewer, target }: Route,
  kept: Entry | undefined,
  distribution: Distribution,
  now: () => number,
): Promise<Landing<WholeAnswer>> {
  const { path, headers } = originRequestOf(behaviour, origin, viewer);
  const requestHeaders = { ...sharedHeaders(headers), ...validatorsOf(kept) };
  const requestedAtMs = now();
  const { errors } = distribution;
  try {
    const signal = AbortSignal.timeout(origin.timeoutSeconds * 1_000);
    const answer = await send({ method: 'GET', path, headers: requestHeaders, signal });
    const body = await whole(answer.body);
    // Confirmed is another one than we hold (RFC 9111, 4.3.4): only a whole answer tells what there is now.
    if (kept && answer.status === 304 && isOther(kept, answer)) {
      return fetchShared({ behaviour, origin, send, viewer, target }, undefined, distribution, now);
    }
    const common = { target, requestHeaders, viewerHeaders: viewer.headers, requestedAtMs, answeredAtMs: now() };
    if (answer.status === 304 && kept) return confirmed(kept, answer, common, behaviour, errors);
    const entry = entryOf({ ...common, status: answer.status, headers: answer.headers, body }, behaviour, errors);
    const own = { status: answer.status, headers: answer.headers, body };
    if (answer.status >= 500 && !entry) return { kind: 'failed', status: answer.status, own };
    return entry ? { kind: 'shared', entry, refreshed: false } : { kind: 'own', own };
  } catch (error) {
    return { kind: 'failed', status: failureOf(error) };
  }
}

/** Passes one request through; the answer's body is not read yet. Rejects as the origin does. */
export function passThrough(
  { behaviour, origin, send, viewer }: Route,
  body: Readable | undefined,
): Promise<OriginAnswer> {
  const { path, headers } = originRequestOf(behaviour, origin, viewer);
  const signal = AbortSignal.timeout(origin.timeoutSeconds * 1_000);
  return send({ method: viewer.method, path, headers, signal, ...(body && { body }) });
}

export function failureOf(error: unknown): number {
  return (error as Error).name === 'TimeoutError' || (error as Error).name === 'AbortError'
    ? originFailure.late
    : originFailure.unreachable;
}

function validatorsOf(kept: Entry | undefined): Headers {
  const { etag, 'last-modified': lastModified } = kept?.headers ?? {};
  return { ...(etag && { 'if-none-match': etag }), ...(lastModified && { 'if-modified-since': lastModified }) };
}

function isOther(kept: Entry, { headers }: OriginAnswer): boolean {
  const opaque = (tag: Headers[string]) => String(tag).replace(/^W\//, '');
  return headers.etag !== undefined && opaque(headers.etag) !== opaque(kept.headers.etag);
}

function confirmed(
  kept: Entry,
  answer: OriginAnswer,
  common: Omit<Fetched, 'status' | 'headers' | 'body'>,
  behaviour: Behaviour,
  errors: Distribution['errors'],
): Landing<WholeAnswer> {
  const newer = Object.entries(endToEnd(answer.headers)).filter(([name]) => !fieldsOfBody.has(name));
  const headers = { ...kept.headers, ...Object.fromEntries(newer) };
  const entry = entryOf({ ...common, status: kept.status, headers, body: kept.body }, behaviour, errors);
  if (!entry) return { kind: 'own', own: { status: kept.status, headers, body: kept.body } };
  for (const [encoding, body] of kept.variants) entry.variants.set(encoding, body);
  return { kind: 'shared', entry, refreshed: true };
}

export async function whole(body: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    if (length > largestBody) throw new Error(`the answer is larger than ${largestBody} bytes`);
  }
  return Buffer.concat(pieces);
}
