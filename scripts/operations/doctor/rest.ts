/** An error of a REST API, named by its code. */
export class RestError extends Error {
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.name = 'RestError';
    this.statusCode = statusCode;
    this.code = code;
  }
}

export interface RestCall {
  readonly url: string;
  readonly token: string;
  /** If given, the call is a POST: some queries need a body. */
  readonly body?: unknown;
}

interface ErrorBody {
  readonly error?: {
    readonly code?: string | number;
    readonly status?: string;
    readonly message?: string;
    readonly details?: readonly { readonly reason?: string }[];
  };
}

/** Calls a REST API of Azure or Google. Both describe an error in the same place. */
export async function askRest<Answer>(fetcher: typeof fetch, { url, token, body }: RestCall): Promise<Answer> {
  const response = await fetcher(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  const answer = text.startsWith('{') ? (JSON.parse(text) as ErrorBody) : {};
  if (response.ok) return answer as Answer;
  const { code, status, message = text.slice(0, 200), details = [] } = answer.error ?? {};
  const reason = details.find((one) => one.reason !== undefined)?.reason;
  throw new RestError(response.status, String(reason ?? status ?? code ?? response.status), message);
}

/** Reads all pages of a list. `next` returns the address of the following one. */
export async function askAllPages<Page>(
  fetcher: typeof fetch,
  call: RestCall,
  next: (page: Page) => string | undefined,
): Promise<Page[]> {
  const pages: Page[] = [];
  let url: string | undefined = call.url;
  while (url !== undefined) {
    const page: Page = await askRest<Page>(fetcher, { ...call, url });
    pages.push(page);
    url = next(page);
  }
  return pages;
}

export const isMissing = (error: unknown): boolean => error instanceof RestError && error.statusCode === 404;
