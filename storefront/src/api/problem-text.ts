import type { ProblemCode } from '../../../functions/contracts/problem.ts';

/** Failures without an error code from the API. */
export type OwnCode = 'UNREACHABLE' | 'UNAVAILABLE' | 'TOO_MANY_REQUESTS' | 'UNEXPECTED';

const ours = 'Something is wrong with this page. Please reload it.';
const missing = 'This no longer exists. It may have been withdrawn from sale.';

/** One sentence per API code; a missing one is a type error. */
const texts: Record<ProblemCode | OwnCode, string> = {
  MALFORMED_JSON: ours,
  INVALID_REQUEST: 'The shop cannot accept this order. Please change the quantity.',
  IDEMPOTENCY_KEY_REQUIRED: ours,
  INVALID_CURSOR: 'The list has changed. Please reload the page.',
  UNAUTHENTICATED: 'Your session has expired. Please sign in again; nothing is lost.',
  DIRECT_ACCESS: 'The shop is not available at this address.',
  FORBIDDEN: 'Only administrators may do this.',
  NOT_FOUND: missing,
  METHOD_NOT_ALLOWED: ours,
  REQUEST_TIMEOUT: 'The connection is slow. Please try again.',
  PRODUCT_EXISTS: 'This product already exists.',
  PRICE_CHANGED: 'The price has changed. Please look at the new price and order again.',
  CURRENCY_FIXED: 'The currency of a product cannot be changed.',
  ORDER_NOT_CANCELLABLE: 'This order can no longer be cancelled.',
  NOT_HOME_REGION: 'Products are changed in another region.',
  VERSION_MISMATCH: 'Someone else changed this. Please reload the page.',
  BODY_TOO_LARGE: ours,
  UNSUPPORTED_MEDIA_TYPE: ours,
  IDEMPOTENCY_KEY_REUSED: 'This order was already sent with different contents. Please buy again.',
  QUANTITY_ABOVE_LIMIT: 'You may not buy so many of this product. Please buy fewer.',
  UNKNOWN_PRODUCT: 'This product is no longer on sale.',
  INTERNAL_ERROR: 'Something went wrong in the shop.',
  UNREADABLE_ROW: 'This cannot be shown right now. Nothing is lost; please look again later.',
  OWNED_BY_OTHER_REGION: 'The region that took this order cannot be reached. Nothing is lost; please try again later.',
  TRY_AGAIN: 'The shop is very busy right now.',
  UNREACHABLE: 'The shop cannot be reached.',
  UNAVAILABLE: 'The shop is temporarily unavailable.',
  TOO_MANY_REQUESTS: 'The shop is very busy right now.',
  UNEXPECTED: 'The shop sent a response that this page cannot read.',
};

export type Code = keyof typeof texts;

const byStatus: Readonly<Record<number, Code>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  408: 'REQUEST_TIMEOUT',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_ERROR',
  502: 'UNAVAILABLE',
  503: 'TRY_AGAIN',
  504: 'UNAVAILABLE',
};

/** Falls back to the status, because gateways and CDNs send no code of ours. */
export function toCode(status: number, code: unknown): Code {
  if (typeof code === 'string' && Object.hasOwn(texts, code)) return code as Code;
  return byStatus[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'UNEXPECTED');
}

export function problemText(code: Code): string {
  return texts[code];
}
