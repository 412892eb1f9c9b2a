import { readFileSync } from 'node:fs';
import fc, { type Arbitrary } from 'fast-check';

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly token: 'none' | 'garbage' | 'customer' | 'admin';
  readonly headers: Readonly<Record<string, string>>;
  /** Sent verbatim; undefined: no body. */
  readonly body?: string | undefined;
}

interface PropertySchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface BodySchema {
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required: readonly string[];
}

interface Operation {
  readonly method: string;
  /** Path with `{name}` parameters. */
  readonly path: string;
  readonly query: readonly string[];
  readonly needsKey: boolean;
  readonly body: BodySchema | undefined;
}

interface OpenApi {
  readonly paths: Record<string, Record<string, OpenApiOperation>>;
}

interface OpenApiOperation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: BodySchema } } };
}

const document = JSON.parse(readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8')) as OpenApi;

const operations: readonly Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
    method: method.toUpperCase(),
    path,
    query: parameters.filter((one) => one.in === 'query').map((one) => one.name),
    needsKey: parameters.some((one) => one.name === 'Idempotency-Key' && one.required),
    body: requestBody?.content['application/json'].schema,
  })),
);

/** Random text, weighted towards values that trip parsers and stores. */
const oddText = fc.oneof(
  fc.constantFrom('', ' ', '.', '..', '%00', '%2e%2e%2f', '%', '%zz', ';a=b', '//', '#', '|', '\u0000', '\r\nx: y'),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '-0',
    '1e400',
    '9007199254740993',
    '\ud800',
    '\u202e',
    'ORDER#1',
    "' OR 1=1",
  ),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ minLength: 200, maxLength: 3_000 }),
);

const oddValue: Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(-1, 0, 1.5, 2 ** 53, -0, 1e308, null, true, [], {}, [[]]),
);

/** Legal header bytes only; raw bytes cover the rest. */
const headerText = oddText.map((text) => text.replace(/[^\x20-\x7e\x80-\xff]/g, '?').trim());

const anyHeaders = fc.dictionary(
  fc.constantFrom('idempotency-key', 'if-match', 'if-none-match', 'traceparent', 'accept', 'range', 'x-forwarded-for'),
  headerText,
  { maxKeys: 4 },
);

const pathPart = oddText.map((text) => encodeURIComponent(text.toWellFormed()));

/**
 * Arbitrary requests without credentials or by a customer without orders, for unknown products. None may have an effect,
 * well-formed or not.
 */
const wild: Arbitrary<FuzzRequest> = fc
  .record({
    operation: fc.constantFrom(...operations),
    method: fc.oneof(
      { weight: 5, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.constantFrom('PATCH', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'POST') },
    ),
    part: pathPart,
    tail: fc.oneof(
      { weight: 6, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: pathPart.map((part) => `/${part}`) },
    ),
    query: fc.array(fc.tuple(fc.constantFrom('limit', 'cursor', 'sku', '__proto__'), pathPart), { maxLength: 3 }),
    token: fc.constantFrom('none', 'garbage', 'customer', 'customer', 'customer'),
    headers: anyHeaders,
    type: fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-7', ''),
    body: fc.oneof(
      oddValue.map((value) => JSON.stringify(value)),
      oddText,
      fc.record({ sku: oddText, quantity: oddValue }, { requiredKeys: [] }).map((value) => JSON.stringify(value)),
    ),
  })
  .map(({ operation, method: other, part, tail, query, token, headers, type, body }) => {
    const method = other || operation.method;
    const search = query.map(([name, value]) => `${name}=${value}`).join('&');
    const path = operation.path.replace(/\{\w+\}/g, part) + tail + (search && `?${search}`);
    const takesBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
    return {
      method,
      path,
      token,
      headers: { ...headers, ...(type && { 'content-type': type }) },
      ...(takesBody && { body }),
    };
  });

/** An authorized write for an existing product that is valid except in exactly one way. */
function broken(sku: string): Arbitrary<FuzzRequest> {
  const writes = operations.filter(({ body }) => body !== undefined);
  return fc.constantFrom(...writes).chain((operation) => breakOne(operation, sku));
}

function breakOne(operation: Operation, sku: string): Arbitrary<FuzzRequest> {
  const { method, path, needsKey, body: schema } = operation;
  const properties = Object.entries(schema?.properties ?? {});
  const good = Object.fromEntries(properties.map(([name, property]) => [name, goodValue(name, property, sku)]));
  const base: FuzzRequest = {
    method,
    path: path.replace('{sku}', sku),
    token: path === '/orders' ? 'customer' : 'admin',
    headers: { 'content-type': 'application/json', ...(needsKey && { 'idempotency-key': `fuzz-${sku}-key` }) },
    body: JSON.stringify(good),
  };
  const withBody = (value: unknown): FuzzRequest => ({ ...base, body: JSON.stringify(value) });
  const oneWrong = fc
    .constantFrom(...properties)
    .chain(([name, property]) => wrongValue(property).map((value) => withBody({ ...good, [name]: value })));
  const text = base.body ?? '';
  return fc.oneof(
    { weight: 6, arbitrary: oneWrong },
    fc.constantFrom(...(schema?.required ?? [])).map((name) => withBody({ ...good, [name]: undefined })),
    fc.string({ minLength: 1, maxLength: 9 }).map((name) => withBody({ ...good, [`x${name}`]: 1 })),
    fc.integer({ min: 0, max: text.length - 1 }).map((end) => ({ ...base, body: text.slice(0, end) })),
    fc.constantFrom('[', '{}{}', 'null', '"x"', '[]', `${text},`).map((body) => ({ ...base, body })),
    fc.constantFrom('text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded').map((type) => ({
      ...base,
      headers: { ...base.headers, 'content-type': type },
    })),
    fc.constantFrom('none' as const, 'garbage' as const).map((token) => ({ ...base, token })),
    ...(needsKey
      ? [
          fc
            .constantFrom('', 'short', 'a b c d e f', 'x'.repeat(129))
            .map((key) => ({ ...base, headers: { ...base.headers, 'idempotency-key': key } })),
        ]
      : []),
  );
}

function goodValue(name: string, { type, enum: choices, minimum = 1 }: PropertySchema, sku: string): unknown {
  if (choices) return choices[0];
  if (type === 'integer') return Math.max(1, minimum);
  return name === 'sku' ? sku : 'Lamp';
}

function wrongValue({ type, enum: choices, minimum = 0, maximum = 2 ** 53 }: PropertySchema): Arbitrary<unknown> {
  const otherTypes = fc.constantFrom<unknown>(null, true, [], {}, [1]);
  if (choices)
    return fc.oneof(
      otherTypes,
      oddText.filter((text) => !choices.includes(text)),
    );
  if (type === 'integer') {
    const numbers = fc.oneof(
      fc.integer({ max: minimum - 1 }),
      fc.integer({ min: maximum + 1, max: 2 ** 53 }),
      fc.constant(1.5),
    );
    return fc.oneof(otherTypes, numbers, fc.constantFrom('1', ''));
  }
  return fc.oneof(otherTypes, fc.constantFrom('', 'a\u0000b', '\ud800', 'x'.repeat(201), '\u001b[31m'));
}

export interface GeneratedRequest {
  readonly request: FuzzRequest;
  /** True for writes: any answer below 400 is a finding. */
  readonly mustFail: boolean;
}

/** The same seed gives the same requests. `sku` is an existing product. */
export function generateRequests(count: number, seed: number, sku: string): GeneratedRequest[] {
  const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
  const any = fc.oneof(
    wild.map((request) => ({ request, mustFail: writes.has(request.method) })),
    broken(sku).map((request) => ({ request, mustFail: true })),
  );
  return fc.sample(any, { numRuns: count, seed });
}
