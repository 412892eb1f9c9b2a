import type { IncomingMessage } from 'node:http';

/** The operation of an engine request, by AWS's names. */
export interface Operation {
  readonly service: string;
  readonly operation: string;
}

/** Calls since the start: service -> operation -> count. */
export type CallCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export class CallCounters {
  readonly #counts = new Map<string, Map<string, number>>();

  count({ service, operation }: Operation): void {
    const operations = this.#counts.get(service) ?? new Map<string, number>();
    operations.set(operation, (operations.get(operation) ?? 0) + 1);
    this.#counts.set(service, operations);
  }

  snapshot(): CallCounts {
    const sorted = [...this.#counts].sort(([a], [b]) => a.localeCompare(b));
    return Object.fromEntries(sorted.map(([service, operations]) => [service, Object.fromEntries(operations)]));
  }
}

/** Names the operation of a request. Reads at most the first chunk of a form body, which stays readable. */
export async function readOperation(request: IncomingMessage, url: URL): Promise<Operation> {
  const service = parseService(request, url);
  return { service, operation: await readName(request, url, service) };
}

function parseService(request: IncomingMessage, url: URL): string {
  const internal = /^\/_aws\/(execute-api|lambda-url)\//.exec(url.pathname);
  if (internal?.[1]) return internal[1];
  const credential = request.headers.authorization ?? url.searchParams.get('X-Amz-Credential') ?? '';
  return /[\w+=.@-]+\/\d{8}\/[\w-]+\/([\w-]+)\/aws4_request/.exec(credential)?.[1] ?? 'unsigned';
}

async function readName(request: IncomingMessage, url: URL, service: string): Promise<string> {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);
  const rpc = /^\/service\/[^/]+\/operation\/([^/]+)/.exec(url.pathname)?.[1];
  if (rpc) return rpc;
  const action = url.searchParams.get('Action') ?? (await readFormAction(request));
  if (action) return action;
  return nameRestOperation(service, request.method ?? 'GET', url);
}

async function readFormAction(request: IncomingMessage): Promise<string | undefined> {
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return undefined;
  const start = await peekFirstChunk(request);
  return start && (/(?:^|&)Action=(\w+)/.exec(start.toString('latin1'))?.[1] ?? undefined);
}

function peekFirstChunk(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const onReadable = () => {
      const chunk = request.read() as Buffer | null;
      if (chunk) request.unshift(chunk);
      settle(chunk ?? undefined);
    };
    const onEnd = () => settle(undefined);
    const settle = (chunk: Buffer | undefined) => {
      request.off('readable', onReadable).off('end', onEnd).off('error', onEnd).off('close', onEnd);
      resolve(chunk);
    };
    request.on('readable', onReadable).on('end', onEnd).on('error', onEnd).on('close', onEnd);
  });
}

const restNames: readonly { service: string; method: string; path: RegExp; name: string }[] = [
  { service: 'lambda', method: 'POST', path: /\/functions\/[^/]+\/invocations$/, name: 'Invoke' },
  { service: 'lambda', method: 'PUT', path: /\/functions\/[^/]+\/code$/, name: 'UpdateFunctionCode' },
  { service: 'lambda', method: 'PUT', path: /\/functions\/[^/]+\/concurrency$/, name: 'PutFunctionConcurrency' },
  { service: 'lambda', method: 'GET', path: /\/functions\/[^/]+(\/configuration)?$/, name: 'GetFunction' },
  { service: 'lambda', method: 'POST', path: /\/functions\/[^/]+\/versions$/, name: 'PublishVersion' },
  { service: 'cloudfront', method: 'POST', path: /\/distribution\/[^/]+\/invalidation$/, name: 'CreateInvalidation' },
  { service: 's3', method: 'PUT', path: /^\/[^/]+\/?$/, name: 'CreateBucket' },
  { service: 's3', method: 'GET', path: /^\/[^/]+\/?$/, name: 'ListObjects' },
  { service: 's3', method: 'PUT', path: /^\/[^/]+\/.+/, name: 'PutObject' },
  { service: 's3', method: 'GET', path: /^\/[^/]+\/.+/, name: 'GetObject' },
  { service: 's3', method: 'HEAD', path: /^\/[^/]+\/.+/, name: 'HeadObject' },
];

/** REST calls carry no operation name. Known calls get AWS's name, others the method and the first path segment. */
function nameRestOperation(service: string, method: string, url: URL): string {
  const known = restNames.find((r) => r.service === service && r.method === method && r.path.test(url.pathname));
  if (known) return known.name;
  const part = url.pathname.split('/').find((p) => p !== '' && !/^\d{4}-\d{2}-\d{2}$|^_/.test(p));
  return service === 'execute-api' || service === 'lambda-url' ? method : `${method} /${part ?? ''}`;
}
