import * as z from 'zod';

/** Every code that a client may see, with its status. A code never changes its meaning. */
export const problems = {
  MALFORMED_JSON: { status: 400, title: 'The body is not JSON' },
  INVALID_REQUEST: { status: 400, title: 'The request breaks the schema' },
  IDEMPOTENCY_KEY_REQUIRED: { status: 400, title: 'The header Idempotency-Key is missing or not valid' },
  INVALID_CURSOR: { status: 400, title: 'The cursor is not one that this API gave' },
  UNAUTHENTICATED: { status: 401, title: 'A valid bearer token is needed' },
  DIRECT_ACCESS: { status: 403, title: 'Come in by the front door: this address is for the CDN alone' },
  FORBIDDEN: { status: 403, title: 'This is for administrators' },
  NOT_FOUND: { status: 404, title: 'There is nothing here' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This path has no such method' },
  PRODUCT_EXISTS: { status: 409, title: 'The product exists; name its version in If-Match to change it' },
  ORDER_NOT_CANCELLABLE: { status: 409, title: 'The order cannot be cancelled any more' },
  VERSION_MISMATCH: { status: 412, title: 'The product has another version than If-Match names' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Send application/json' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The key was used for another request' },
  UNKNOWN_PRODUCT: { status: 422, title: 'There is no such product' },
  INTERNAL_ERROR: { status: 500, title: 'Something went wrong here' },
  TRY_AGAIN: { status: 503, title: 'Too busy just now; the same request may be sent again' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

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

/** A refusal that the client is told about: thrown by use cases, mapped to a problem document at the edge. */
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
