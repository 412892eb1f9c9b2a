import * as z from 'zod';
import * as grammar from '../../functions/contracts/grammar.ts';
import * as http from '../../functions/contracts/http.ts';
import type { ProblemCode } from '../../functions/contracts/problem.ts';
import type { RouteName } from '../../functions/contracts/routes.ts';

export interface Header {
  readonly required: boolean;
  /** JSON Schema. */
  readonly schema: object;
}

export interface Operation {
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  /** Request headers except authorization. */
  readonly headers?: Readonly<Record<string, Header>>;
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** In addition to those of all routes with the same access. */
  readonly problems: readonly ProblemCode[];
}

const bodyProblems = [
  ...(['MALFORMED_JSON', 'INVALID_REQUEST', 'REQUEST_TIMEOUT'] as const),
  ...(['BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const),
] as const;

const { pattern: keyPattern = '' } = z.toJSONSchema(grammar.idempotencyKey);
const bareKey = keyPattern.slice(1, -1);
const idempotencyKey: Header = {
  required: true,
  schema: {
    type: 'string',
    // The bare key, or the same key as a structured field string.
    pattern: `^(${bareKey}|"${bareKey}")$`,
    description: 'A quoted string, as in draft-ietf-httpapi-idempotency-key-header, or the same without quotes',
  },
};
const ifMatch: Header = {
  required: false,
  schema: {
    type: 'string',
    anyOf: [{ const: '*' }, { pattern: '^(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*$' }],
    description: 'ETag of the product, a list of ETags, or *',
  },
};
const ifNoneExists: Header = {
  required: false,
  schema: { type: 'string', enum: ['*'], description: 'Creates only: *' },
};
const optionalText: Header = { required: false, schema: { type: 'string' } };

/** Input and output of each route, in the schemas that the functions parse with. */
export const operations: Readonly<Record<RouteName, Operation>> = {
  health: { answers: { 200: http.healthResource }, problems: [] },
  listProducts: {
    query: http.pageQuery,
    answers: { 200: http.page(http.productResource) },
    problems: ['INVALID_REQUEST', 'INVALID_CURSOR'],
  },
  getProduct: {
    headers: { 'If-None-Match': optionalText },
    answers: { 200: http.productResource, 304: null },
    problems: ['NOT_FOUND'],
  },
  getStock: { answers: { 200: http.stockResource }, problems: ['NOT_FOUND'] },
  putProduct: {
    body: http.putProductBody,
    headers: { 'If-Match': ifMatch, 'If-None-Match': ifNoneExists },
    answers: { 200: http.productResource, 201: http.productResource },
    problems: [...bodyProblems, 'PRODUCT_EXISTS', 'VERSION_MISMATCH', 'CURRENCY_FIXED', 'NOT_HOME_REGION'],
  },
  restock: {
    body: http.restockBody,
    headers: { 'Idempotency-Key': idempotencyKey },
    answers: { 200: http.restockResource },
    problems: [...bodyProblems, 'IDEMPOTENCY_KEY_REQUIRED', 'NOT_FOUND', 'IDEMPOTENCY_KEY_REUSED', 'NOT_HOME_REGION'],
  },
  placeOrder: {
    body: http.placeOrderBody,
    headers: { 'Idempotency-Key': idempotencyKey, traceparent: optionalText },
    answers: { 202: http.acceptedOrder },
    problems: [
      ...bodyProblems,
      'IDEMPOTENCY_KEY_REQUIRED',
      'UNKNOWN_PRODUCT',
      'QUANTITY_ABOVE_LIMIT',
      'PRICE_CHANGED',
      'IDEMPOTENCY_KEY_REUSED',
    ],
  },
  listOrders: {
    query: http.pageQuery,
    answers: { 200: http.page(http.orderResource) },
    problems: ['INVALID_REQUEST', 'INVALID_CURSOR'],
  },
  getOrder: { answers: { 200: http.orderResource }, problems: ['NOT_FOUND'] },
  cancelOrder: {
    answers: { 200: http.orderResource },
    problems: ['NOT_FOUND', 'ORDER_NOT_CANCELLABLE', 'OWNED_BY_OTHER_REGION'],
  },
};
