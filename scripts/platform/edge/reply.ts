import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Problem } from '../http/problem.ts';
import { encodingFor, isCompressible, variantOf } from './compress.ts';
import { isNotModified } from './conditional.ts';
import type { Entry } from './entry.ts';
import { endToEnd, type Headers, textOfHeader, type ViewerRequest } from './messages.ts';
import type { Behaviour } from './model.ts';

/** The value of X-Cache. CloudFront says `from cloudfront` where this says `from local edge`. */
export type Mark = 'Hit' | 'Miss' | 'RefreshHit' | 'Stale' | 'Error' | 'FunctionGeneratedResponse';

const via = '1.1 local-edge';
const inNotModified = new Set(['cache-control', 'date', 'etag', 'expires', 'last-modified', 'vary']);

export interface Viewed {
  readonly behaviour: Behaviour;
  readonly viewer: ViewerRequest;
  readonly response: ServerResponse;
}

/** Sends what is kept: compressed, as a 304, or without its body, as the viewer asked. */
export async function sendEntry(
  { behaviour, viewer, response }: Viewed,
  entry: Entry,
  mark: Mark,
  ageSeconds: number,
  status = entry.status,
): Promise<void> {
  const compressible = isCompressible(entry, behaviour);
  const encoding = compressible ? encodingFor(textOfHeader(viewer.headers, 'accept-encoding'), behaviour) : undefined;
  const made = encoding && variantOf(entry, encoding);
  const variant = made instanceof Promise ? await made : made;
  const unchanged = status === 200 && isNotModified(viewer.headers, entry.headers);
  const shape = `${variant ? encoding : 'identity'} ${unchanged} ${behaviour.pattern}`;
  const body = variant ?? entry.body;
  let fields = entry.rendered.get(shape);
  if (!fields) {
    fields = fieldsOf(entry, behaviour, compressible, variant && encoding, unchanged ? undefined : body.length);
    entry.rendered.set(shape, fields);
  }
  const age = mark === 'Miss' && ageSeconds < 1 ? [] : ['age', String(Math.floor(ageSeconds))];
  response.writeHead(unchanged ? 304 : status, [...fields, 'x-cache', `${mark} from local edge`, ...age]);
  response.end(unchanged || viewer.method === 'HEAD' ? undefined : body);
}

function fieldsOf(
  entry: Entry,
  behaviour: Behaviour,
  compressible: boolean,
  encoding: string | undefined,
  length: number | undefined,
): string[] {
  const headers: Record<string, string | readonly string[]> = { ...entry.headers };
  if (compressible) headers.vary = withAcceptEncoding(textOfHeader(headers, 'vary'));
  if (encoding !== undefined) {
    headers['content-encoding'] = encoding;
    // The bytes are others now, so a strong tag would lie.
    if (typeof headers.etag === 'string') headers.etag = headers.etag.replace(/^(?:W\/)?/, 'W/');
  }
  delete headers['content-length'];
  if (length !== undefined) headers['content-length'] = String(length);
  const chosen = length === undefined ? Object.entries(headers).filter(([name]) => inNotModified.has(name)) : undefined;
  return flat(finished(chosen ? Object.fromEntries(chosen) : headers, behaviour));
}

function withAcceptEncoding(vary: string): string {
  if (/(^|,)\s*accept-encoding\s*(,|$)/i.test(vary)) return vary;
  return vary === '' ? 'Accept-Encoding' : `${vary}, Accept-Encoding`;
}

export interface OwnAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable | Buffer;
}

/** Sends an answer that is for this viewer only. */
export async function sendOwn({ behaviour, viewer, response }: Viewed, answer: OwnAnswer, mark: Mark): Promise<void> {
  const { status, body } = answer;
  const headers = finished(endToEnd(answer.headers), behaviour);
  response.writeHead(status, [...flat(headers), 'x-cache', `${mark} from local edge`]);
  const bodiless = viewer.method === 'HEAD' || status === 204 || status === 304;
  if (bodiless || Buffer.isBuffer(body)) {
    if (!Buffer.isBuffer(body)) body.resume();
    response.end(bodiless ? undefined : body);
    return;
  }
  // The viewer went away, or the origin broke off: both ends are closed then, and there is nobody to tell.
  await pipeline(body, response).catch(() => response.destroy());
}

/** Applies the response headers policy, to answers that the edge made itself too. */
function finished(headers: Record<string, string | readonly string[]>, { responseHeaders }: Behaviour) {
  const done = { ...headers };
  for (const name of responseHeaders?.remove ?? []) delete done[name];
  for (const { name, value, override } of responseHeaders?.set ?? []) {
    if (override || done[name] === undefined) done[name] = value;
  }
  done.via = via;
  return done;
}

function flat(headers: Readonly<Record<string, string | readonly string[]>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [name, value] : value.flatMap((one) => [name, one]),
  );
}

export function problemAnswer(problem: Problem): OwnAnswer {
  const { retryAfterSeconds, ...body } = problem;
  return {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
    body: Buffer.from(JSON.stringify({ type: 'about:blank', ...body })),
  };
}
