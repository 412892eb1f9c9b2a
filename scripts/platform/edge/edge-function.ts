import { randomUUID } from 'node:crypto';
import { createContext, Script } from 'node:vm';
import { LRUCache } from 'lru-cache';
import { CliError } from '../../cli/cli.ts';
import { type Headers, textOfHeader, type ViewerRequest } from './messages.ts';

/** The event structure of CloudFront Functions:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
export interface EventValue {
  value: string;
  multiValue?: { value: string }[];
}
type EventValues = Record<string, EventValue>;

interface FunctionRequest {
  readonly method: string;
  readonly uri: string;
  readonly querystring: EventValues | string;
  readonly headers: EventValues;
  readonly cookies: EventValues;
}

export interface FunctionResponse {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers?: EventValues;
  readonly body?: string | { readonly encoding: 'text' | 'base64'; readonly data: string };
}

export type FunctionResult =
  | { readonly kind: 'request'; readonly viewer: ViewerRequest; readonly originId?: string }
  | { readonly kind: 'response'; readonly status: number; readonly headers: Headers; readonly body: Buffer };

type Handler = (event: object) => unknown;

const importLine = /^\s*import\s+(\w+)\s+from\s+['"]cloudfront['"];?/gm;
const rememberedInputs = 10_000;

/** Stops only endless functions, even on a busy machine. CloudFront's own limit is far lower (about 1 ms). */
export const functionTimeoutMs = 1_000;

/** Runs a CloudFront function's own code (cloudfront-js-2.0) in a context without Node's APIs. */
export class EdgeFunction {
  readonly #handler: Handler;
  readonly #context: Record<string, unknown>;
  readonly #callScript = new Script('handler(event)');
  readonly #knownToEnd = new LRUCache<string, true>({ max: rememberedInputs });
  readonly #distributionId: string;
  #chosenOrigin: string | undefined;

  constructor(code: string, distributionId: string, log: (line: string) => void = () => {}) {
    this.#distributionId = distributionId;
    const origin = (id: unknown) => {
      this.#chosenOrigin = String(id);
    };
    this.#context = createContext(
      { console: { log: (...parts: unknown[]) => log(parts.join(' ')) }, cf: cloudfrontModule(origin) },
      { codeGeneration: { strings: false, wasm: false } },
    );
    const script = code.replace(importLine, (_, name: string) => (name === 'cf' ? '' : `const ${name} = cf;`));
    new Script(script, { filename: 'edge-function.js' }).runInContext(this.#context, { timeout: functionTimeoutMs });
    this.#handler = new Script('handler').runInContext(this.#context) as Handler;
  }

  /** Throws the function's error, for which AWS answers 503. */
  async onRequest(viewer: ViewerRequest): Promise<FunctionResult> {
    this.#chosenOrigin = undefined;
    const request = {
      method: viewer.method,
      uri: viewer.path,
      querystring: queryValues(viewer.query),
      headers: headerValues(viewer.headers),
      cookies: cookieValues(textOfHeader(viewer.headers, 'cookie')),
    };
    const called = this.#call(this.#event('viewer-request', viewer.ip, { request }), `${viewer.method} ${viewer.path}`);
    const chosen = this.#chosenOrigin;
    const result = (await called) as FunctionRequest | FunctionResponse | undefined;
    if (result && 'statusCode' in result) return toResponse(result);
    if (!result?.uri) throw new Error('the function returned neither a request nor a response');
    return {
      kind: 'request',
      viewer: applyChanges(viewer, request, result),
      ...(chosen !== undefined && { originId: chosen }),
    };
  }

  /**
   * A time limit costs 0.7 ms per call (Node starts a thread for it), more than everything else here together. So only
   * the first call with a method and path is limited; if it ends, later calls are trusted to end too.
   */
  #call(event: object, input: string): unknown {
    if (this.#knownToEnd.has(input)) return this.#handler(event);
    this.#context.event = event;
    const result = this.#callScript.runInContext(this.#context, { timeout: functionTimeoutMs });
    this.#knownToEnd.set(input, true);
    return result;
  }

  #event(eventType: string, ip: string, more: object): object {
    const context = {
      distributionDomainName: `${this.#distributionId.toLowerCase()}.cloudfront.net`,
      distributionId: this.#distributionId,
      eventType,
      requestId: randomUUID(),
    };
    return { version: '1.0', context, viewer: { ip }, ...more };
  }
}

function cloudfrontModule(onOrigin: (id: unknown) => void): object {
  const missing = (name: string) => () => {
    throw new CliError('function_helper', `the local edge has no cf.${name}`, 'Emulate it in edge-function.ts.');
  };
  return {
    selectRequestOriginById: onOrigin,
    updateRequestOrigin: missing('updateRequestOrigin'),
    createRequestOriginGroup: missing('createRequestOriginGroup'),
    kvs: missing('kvs'),
  };
}

function queryValues(query: string): EventValues {
  const values: EventValues = {};
  for (const part of query.split('&').filter((text) => text !== '')) {
    const [name = '', ...rest] = part.split('=');
    add(values, name, rest.join('='));
  }
  return values;
}

function headerValues(headers: Headers): EventValues {
  const values: EventValues = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'cookie' || value === undefined) continue;
    for (const one of typeof value === 'string' ? [value] : value) add(values, name, one);
  }
  return values;
}

function cookieValues(cookie: string): EventValues {
  const values: EventValues = {};
  for (const part of cookie.split(';').filter((text) => text.trim() !== '')) {
    const [name = '', ...rest] = part.trim().split('=');
    add(values, name, rest.join('='));
  }
  return values;
}

function add(values: EventValues, name: string, value: string): void {
  const known = Object.hasOwn(values, name) ? values[name] : undefined;
  if (!known) values[name] = { value };
  else known.multiValue = [...(known.multiValue ?? [{ value: known.value }]), { value }];
}

const every = ({ value, multiValue }: EventValue): string[] => multiValue?.map((one) => one.value) ?? [value];

/** Keeps the exact bytes of all parts that the function did not change. */
function applyChanges(viewer: ViewerRequest, given: FunctionRequest, result: FunctionRequest): ViewerRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(result.headers)) headers[name.toLowerCase()] = every(value).join(', ');
  const cookie = pairs(result.cookies, '; ');
  if (cookie !== '') headers.cookie = cookie;
  const sameQuery = JSON.stringify(result.querystring) === JSON.stringify(queryValues(viewer.query));
  const query = typeof result.querystring === 'string' ? result.querystring : pairs(result.querystring, '&');
  return { method: given.method, path: result.uri, query: sameQuery ? viewer.query : query, headers, ip: viewer.ip };
}

function pairs(values: EventValues, separator: string): string {
  return Object.entries(values)
    .flatMap(([name, value]) => every(value).map((one) => (one === '' ? name : `${name}=${one}`)))
    .join(separator);
}

function toResponse({ statusCode, headers = {}, body }: FunctionResponse): FunctionResult {
  const bytes =
    typeof body === 'object' ? Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8') : body;
  return {
    kind: 'response',
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), every(value)])),
    body: typeof bytes === 'string' || bytes === undefined ? Buffer.from(bytes ?? '') : bytes,
  };
}
