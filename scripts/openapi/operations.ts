import type * as z from 'zod';
import * as http from '../../functions/contracts/http.ts';
import type { ProblemCode } from '../../functions/contracts/problem.ts';
import type { RouteName } from '../../functions/contracts/routes.ts';

export interface Operation {
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  /** Request headers except authorization. */
  readonly headers?: Readonly<Record<string, 'required' | 'optional'>>;
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** In addition to those of all routes with the same access. */
  readonly problems: readonly ProblemCode[];
}

const bodyProblems = ['MALFORMED_JSON', 'INVALID_REQUEST', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const;

/** Input and output of each route, in the schemas that the functions parse with. */
export const operations: Readonly<Record<RouteName, Operation>> = {
  health: { answers: { 200: http.healthResource }, problems: [] },
  listProducts: {
    query: http.pageQuery,
    answers: { 200: http.page(http.productResource) },
    problems: ['INVALID_REQUEST', 'INVALID_CURSOR'],
  },
  getProduct: {
    headers: { 'If-None-Match': 'optional' },
    answers: { 200: http.productResource, 304: null },
    problems: ['NOT_FOUND'],
  },
  getStock: { answers: { 200: http.stockResource }, problems: ['NOT_FOUND'] },
  putProduct: {
    body: http.putProductBody,
    headers: { 'If-Match': 'optional', 'If-None-Match': 'optional' },
    answers: { 200: http.productResource, 201: http.productResource },
    problems: [...bodyProblems, 'PRODUCT_EXISTS', 'VERSION_MISMATCH', 'CURRENCY_FIXED'],
  },
  restock: {
    body: http.restockBody,
    headers: { 'Idempotency-Key': 'required' },
    answers: { 200: http.restockResource },
    problems: [...bodyProblems, 'IDEMPOTENCY_KEY_REQUIRED', 'NOT_FOUND', 'IDEMPOTENCY_KEY_REUSED'],
  },
  placeOrder: {
    body: http.placeOrderBody,
    headers: { 'Idempotency-Key': 'required', traceparent: 'optional' },
    answers: { 202: http.acceptedOrder },
    problems: [
      ...bodyProblems,
      'IDEMPOTENCY_KEY_REQUIRED',
      'UNKNOWN_PRODUCT',
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
  cancelOrder: { answers: { 200: http.orderResource }, problems: ['NOT_FOUND', 'ORDER_NOT_CANCELLABLE'] },
};
