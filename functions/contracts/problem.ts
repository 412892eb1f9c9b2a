import * as z from 'zod';
import { project } from './project.ts';

/** Every code a client may see, with its status. A code never changes its meaning. */
export const problems = {
  MALFORMED_JSON: { status: 400, title: 'The body is not valid JSON' },
  INVALID_REQUEST: { status: 400, title: 'The request does not match the schema' },
  IDEMPOTENCY_KEY_REQUIRED: { status: 400, title: 'The Idempotency-Key header is missing or invalid' },
  INVALID_CURSOR: { status: 400, title: 'The cursor is invalid; use the value of `next` unchanged' },
  UNAUTHENTICATED: { status: 401, title: 'A valid bearer token is required' },
  DIRECT_ACCESS: { status: 403, title: 'Direct access to the origin is not allowed; use the public address' },
  FORBIDDEN: { status: 403, title: 'Only administrators may do this' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This path does not support the method' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request body did not arrive in time; send the request again' },
  PRODUCT_EXISTS: { status: 409, title: 'The product already exists; send If-Match with its version to change it' },
  PRICE_CHANGED: { status: 409, title: 'The price is not the expected one; ask the customer' },
  CURRENCY_FIXED: { status: 409, title: "A product's currency cannot change; create another product" },
  ORDER_NOT_CANCELLABLE: { status: 409, title: 'The order can no longer be cancelled' },
  NOT_HOME_REGION: { status: 409, title: 'Another region changes products; send the request there' },
  VERSION_MISMATCH: { status: 412, title: 'The version of the product does not match If-Match' },
  BODY_TOO_LARGE: { status: 413, title: 'The request body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Send application/json' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The Idempotency-Key was already used for a different request' },
  QUANTITY_ABOVE_LIMIT: { status: 422, title: 'The quantity is above the limit per customer; order less' },
  UNKNOWN_PRODUCT: { status: 422, title: 'The product does not exist' },
  INTERNAL_ERROR: { status: 500, title: 'Internal server error' },
  UNREADABLE_ROW: { status: 503, title: 'This version of the service cannot read what is stored; try again later' },
  OWNED_BY_OTHER_REGION: { status: 503, title: 'Another region took the order and cannot be asked; try again later' },
  TRY_AGAIN: { status: 503, title: 'Temporarily overloaded; send the same request again' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** The `type` of a problem document: a name, not an address to open. */
export const problemType = (code: string): string => `urn:${project}:problem:${code}`;

/** RFC 9457. */
export const problemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  traceId: z.string().optional(),
});
export type ProblemDocument = z.infer<typeof problemDocument>;

/** An error reported to the client: thrown by use cases, mapped to a problem document by the HTTP layer. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly errors: ProblemDocument['errors'];

  constructor(code: ProblemCode, detail?: string, errors?: ProblemDocument['errors']) {
    super(detail ?? problems[code].title);
    this.code = code;
    this.errors = errors;
  }
}
