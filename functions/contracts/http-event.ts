/** The used part of an HTTP request: a subset of API Gateway's payload format 2.0. Other clouds convert to it. */
export interface HttpEvent {
  readonly rawPath: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  /** The body did not arrive in time, and is missing. */
  readonly isBodyLate?: boolean;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly http: { readonly method: string } };
}

/** A parameter that occurs twice has both values, as on AWS; no schema takes two. */
export function toQuery(pairs: Iterable<readonly [name: string, value: string]>): Record<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of pairs) query.set(name, query.has(name) ? `${query.get(name)},${value}` : value);
  return Object.fromEntries(query);
}

export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
