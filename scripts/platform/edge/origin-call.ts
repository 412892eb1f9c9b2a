import type { Readable } from 'node:stream';
import type { FetchResult } from './cache.ts';
import { buildEntry, type Entry, type Fetched } from './entry.ts';
import { sharedHeaders, toOriginRequest } from './key.ts';
import { endToEnd, type Headers, type Origin, type OriginAnswer, type ViewerRequest } from './messages.ts';
import type { Behaviour, Distribution, OriginSettings } from './model.ts';

/** A fully read response for one viewer only. */
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

/** Status for the viewer when the origin does not answer. */
const originFailure = { unreachable: 502, late: 504 } as const;

const maxBodyBytes = 32 * 1024 * 1024;
/** Fields that belong to the cached body. All other fields of a 304 replace the cached ones (RFC 9111, 3.2). */
const bodyFields = new Set(['content-length', 'content-encoding', 'content-range', 'transfer-encoding']);

/** Fetches a shareable response: a full GET even for a HEAD, with conditions only from the cached entry. */
export async function fetchShared(
  { behaviour, origin, send, viewer, target }: Route,
  cached: Entry | undefined,
  distribution: Distribution,
  now: () => number,
): Promise<FetchResult<WholeAnswer>> {
  const { path, headers } = toOriginRequest(behaviour, origin, viewer);
  const requestHeaders = { ...sharedHeaders(headers), ...toValidators(cached) };
  const requestedAtMs = now();
  const { errors } = distribution;
  try {
    const signal = AbortSignal.timeout(origin.timeoutSeconds * 1_000);
    const answer = await send({ method: 'GET', path, headers: requestHeaders, signal });
    const body = await readWhole(answer.body);
    // The 304 confirms a version other than ours (RFC 9111, 4.3.4), so fetch the full response.
    if (cached && answer.status === 304 && hasOtherTag(cached, answer)) {
      return fetchShared({ behaviour, origin, send, viewer, target }, undefined, distribution, now);
    }
    const common = { target, requestHeaders, viewerHeaders: viewer.headers, requestedAtMs, answeredAtMs: now() };
    if (answer.status === 304 && cached) return refresh(cached, answer, common, behaviour, errors);
    const entry = buildEntry({ ...common, status: answer.status, headers: answer.headers, body }, behaviour, errors);
    const own = { status: answer.status, headers: answer.headers, body };
    if (answer.status >= 500 && !entry) return { kind: 'failed', status: answer.status, own };
    return entry ? { kind: 'shared', entry, refreshed: false } : { kind: 'own', own };
  } catch (error) {
    return { kind: 'failed', status: toFailureStatus(error) };
  }
}

/** Passes one request through; the response body is not read. Rejects as the origin does. */
export function passThrough(
  { behaviour, origin, send, viewer }: Route,
  body: Readable | undefined,
): Promise<OriginAnswer> {
  const { path, headers } = toOriginRequest(behaviour, origin, viewer);
  const signal = AbortSignal.timeout(origin.timeoutSeconds * 1_000);
  return send({ method: viewer.method, path, headers, signal, ...(body && { body }) });
}

export function toFailureStatus(error: unknown): number {
  return (error as Error).name === 'TimeoutError' || (error as Error).name === 'AbortError'
    ? originFailure.late
    : originFailure.unreachable;
}

function toValidators(cached: Entry | undefined): Headers {
  const { etag, 'last-modified': lastModified } = cached?.headers ?? {};
  return { ...(etag && { 'if-none-match': etag }), ...(lastModified && { 'if-modified-since': lastModified }) };
}

function hasOtherTag(cached: Entry, { headers }: OriginAnswer): boolean {
  const opaque = (tag: Headers[string]) => String(tag).replace(/^W\//, '');
  return headers.etag !== undefined && opaque(headers.etag) !== opaque(cached.headers.etag);
}

function refresh(
  cached: Entry,
  answer: OriginAnswer,
  common: Omit<Fetched, 'status' | 'headers' | 'body'>,
  behaviour: Behaviour,
  errors: Distribution['errors'],
): FetchResult<WholeAnswer> {
  const newer = Object.entries(endToEnd(answer.headers)).filter(([name]) => !bodyFields.has(name));
  const headers = { ...cached.headers, ...Object.fromEntries(newer) };
  const entry = buildEntry({ ...common, status: cached.status, headers, body: cached.body }, behaviour, errors);
  if (!entry) return { kind: 'own', own: { status: cached.status, headers, body: cached.body } };
  for (const [encoding, body] of cached.variants) entry.variants.set(encoding, body);
  return { kind: 'shared', entry, refreshed: true };
}

async function readWhole(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > maxBodyBytes)
      throw new Error(`the answer has ${length} bytes or more, must have at most ${maxBodyBytes}`);
  }
  return Buffer.concat(chunks);
}
