import type { ProblemCode } from '../../../functions/contracts/problem.ts';

/** What may go wrong before the API says anything, or without a word of it. */
export type OwnCode = 'UNREACHABLE' | 'UNAVAILABLE' | 'TOO_MANY_REQUESTS' | 'UNEXPECTED';

const ours = 'This is a fault of this page, not yours. Reload it, please.';
const away = 'There is nothing here any more. It may have been taken off the sale.';

/** A sentence for each code that the API has: TypeScript refuses a missing one. */
const sentences: Record<ProblemCode | OwnCode, string> = {
  MALFORMED_JSON: ours,
  INVALID_REQUEST: 'The shop does not take an order like this. Change the quantity, please.',
  IDEMPOTENCY_KEY_REQUIRED: ours,
  INVALID_CURSOR: 'The list has changed. Reload the page, please.',
  UNAUTHENTICATED: 'Your sign-in has ended. Sign in again, please; nothing is lost.',
  DIRECT_ACCESS: 'The shop is not open at this address.',
  FORBIDDEN: 'This is for administrators.',
  NOT_FOUND: away,
  METHOD_NOT_ALLOWED: ours,
  PRODUCT_EXISTS: 'There is such a product already.',
  ORDER_NOT_CANCELLABLE: 'This order cannot be cancelled any more.',
  VERSION_MISMATCH: 'Somebody else changed this. Reload the page, please.',
  BODY_TOO_LARGE: ours,
  UNSUPPORTED_MEDIA_TYPE: ours,
  IDEMPOTENCY_KEY_REUSED: 'This order was sent before with something else in it. Buy again, please.',
  UNKNOWN_PRODUCT: 'This product is not on sale any more.',
  INTERNAL_ERROR: 'Something went wrong in the shop.',
  TRY_AGAIN: 'The shop is very busy just now.',
  UNREACHABLE: 'The shop cannot be reached.',
  UNAVAILABLE: 'The shop is out of order just now.',
  TOO_MANY_REQUESTS: 'The shop is very busy just now.',
  UNEXPECTED: 'The shop gave an answer that this page does not understand.',
};

export type Code = keyof typeof sentences;

const byStatus: Readonly<Record<number, Code>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  429: 'TOO_MANY_REQUESTS',
  500: 'INTERNAL_ERROR',
  502: 'UNAVAILABLE',
  503: 'TRY_AGAIN',
  504: 'UNAVAILABLE',
};

/** The code of an answer; gateways and CDNs answer without one of ours. */
export function codeOf(status: number, code: unknown): Code {
  if (typeof code === 'string' && Object.hasOwn(sentences, code)) return code as Code;
  return byStatus[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'UNEXPECTED');
}

export function sentenceOf(code: Code): string {
  return sentences[code];
}
