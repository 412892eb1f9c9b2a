import type { Readable } from 'node:stream';

/** Header fields by lower-case name. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A viewer's request. */
export interface ViewerRequest {
  readonly method: string;
  /** As sent, still encoded, without the query. */
  readonly path: string;
  /** As sent, without `?`. */
  readonly query: string;
  readonly headers: Headers;
  readonly ip: string;
}

export interface OriginRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body?: Readable;
  readonly signal: AbortSignal;
}

export interface OriginAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable;
}

/** Rejects when the origin cannot be reached or does not answer in time. */
export type Origin = (request: OriginRequest) => Promise<OriginAnswer>;

/** Headers about one connection, not about the message (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

export function endToEnd(headers: Headers): Record<string, string | readonly string[]> {
  const named = textOfHeader(headers, 'connection').toLowerCase().split(',');
  const dropped = new Set(named.map((name) => name.trim()));
  const kept: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !hopByHop.has(name) && !dropped.has(name)) kept[name] = value;
  }
  return kept;
}

/** A field's value, joined if there are several; '' if there is none. */
export function textOfHeader(headers: Headers, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : (value?.join(', ') ?? '');
}
