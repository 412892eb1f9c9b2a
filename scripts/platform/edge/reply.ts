import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Problem, problemMessage } from '../http/problem.ts';
import { chooseEncoding, isCompressible, readVariant } from './compress.ts';
import { isNotModified } from './conditional.ts';
import type { Entry } from './entry.ts';
import { endToEnd, type Headers, textOfHeader, type ViewerRequest } from './messages.ts';
import type { Behaviour } from './model.ts';

/** First word of X-Cache. CloudFront appends `from cloudfront`, this edge `from local edge`. */
export type Mark = 'Hit' | 'Miss' | 'RefreshHit' | 'Stale' | 'Error' | 'FunctionGeneratedResponse';

const via = '1.1 local-edge';
const inNotModified = new Set(['cache-control', 'date', 'etag', 'expires', 'last-modified', 'vary']);

export interface Viewed {
  readonly behaviour: Behaviour;
  readonly viewer: ViewerRequest;
  readonly response: ServerResponse;
}

/** Sends a cached entry: compressed, as a 304, or without a body, depending on the request. */
export async function sendEntry(
  { behaviour, viewer, response }: Viewed,
  entry: Entry,
  mark: Mark,
  ageSeconds: number,
  status = entry.status,
): Promise<void> {
  const compressible = isCompressible(entry, behaviour);
  const encoding = compressible
    ? chooseEncoding(textOfHeader(viewer.headers, 'accept-encoding'), behaviour)
    : undefined;
  const compressed = encoding && readVariant(entry, encoding);
  const variant = compressed instanceof Promise ? await compressed : compressed;
  const unchanged = status === 200 && isNotModified(viewer.headers, entry.headers);
  const shape = `${variant ? encoding : 'identity'} ${unchanged} ${behaviour.pattern}`;
  const body = variant ?? entry.body;
  let fields = entry.rendered.get(shape);
  if (!fields) {
    fields = buildFields(entry, behaviour, compressible, variant && encoding, unchanged ? undefined : body.length);
    entry.rendered.set(shape, fields);
  }
  const age = mark === 'Miss' && ageSeconds < 1 ? [] : ['age', String(Math.floor(ageSeconds))];
  response.writeHead(unchanged ? 304 : status, [...fields, 'x-cache', `${mark} from local edge`, ...age]);
  response.end(unchanged || viewer.method === 'HEAD' ? undefined : body);
}

function buildFields(
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
    // The bytes differ now, so a strong tag would be wrong.
    if (typeof headers.etag === 'string') headers.etag = headers.etag.replace(/^(?:W\/)?/, 'W/');
  }
  delete headers['content-length'];
  if (length !== undefined) headers['content-length'] = String(length);
  const in304 = length === undefined ? Object.entries(headers).filter(([name]) => inNotModified.has(name)) : undefined;
  return flatten(applyPolicy(in304 ? Object.fromEntries(in304) : headers, behaviour));
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

/** Sends a response meant only for this viewer. */
export async function sendOwn({ behaviour, viewer, response }: Viewed, answer: OwnAnswer, mark: Mark): Promise<void> {
  const { status, body } = answer;
  const headers = applyPolicy(endToEnd(answer.headers), behaviour);
  response.writeHead(status, [...flatten(headers), 'x-cache', `${mark} from local edge`]);
  const bodiless = viewer.method === 'HEAD' || status === 204 || status === 304;
  if (bodiless || Buffer.isBuffer(body)) {
    if (!Buffer.isBuffer(body)) body.resume();
    response.end(bodiless ? undefined : body);
    return;
  }
  // The viewer or the origin broke the connection. Both ends are closed, so the error cannot be reported to either.
  await pipeline(body, response).catch(() => response.destroy());
}

/** Applies the response headers policy, also to the edge's own responses. */
function applyPolicy(headers: Record<string, string | readonly string[]>, { responseHeaders }: Behaviour) {
  const result = { ...headers };
  for (const name of responseHeaders?.remove ?? []) delete result[name];
  for (const { name, value, override } of responseHeaders?.set ?? []) {
    if (override || result[name] === undefined) result[name] = value;
  }
  result.via = via;
  return result;
}

function flatten(headers: Readonly<Record<string, string | readonly string[]>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [name, value] : value.flatMap((one) => [name, one]),
  );
}

export function problemAnswer(problem: Problem): OwnAnswer {
  const { headers, body } = problemMessage(problem);
  return { status: problem.status, headers, body: Buffer.from(body) };
}
