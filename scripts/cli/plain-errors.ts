import { CliError } from './cli.ts';

/** An error's properties, by the clouds' SDKs and by Node. */
interface Facts {
  readonly name: string;
  /** `ECONNREFUSED`, a code of the service, or a gRPC status. */
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

interface Kind {
  readonly code: string;
  /** Names and codes, joined by spaces. */
  readonly names: RegExp;
  readonly statuses: readonly number[];
  readonly what: string;
  readonly hint: string;
}

const kinds: readonly Kind[] = [
  {
    code: 'unreachable',
    // gRPC: 4 DEADLINE_EXCEEDED, 14 UNAVAILABLE.
    names:
      /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ETIMEOUT|EHOSTUNREACH|ENETUNREACH|EPROTO|TimeoutError|ERR_INVALID_URL|(^| )(4|14)$/,
    statuses: [],
    what: 'does not answer',
    hint: 'Check that it runs, and the spelling of its address and of the region.',
  },
  {
    code: 'credentials_missing',
    names:
      /CredentialsProviderError|TokenProviderError|CredentialUnavailableError|AggregateAuthenticationError|default credentials/,
    statuses: [],
    what: 'needs credentials, and there are none that work',
    hint: 'Sign in: aws sso login (with AWS_PROFILE), az login, or gcloud auth application-default login.',
  },
  {
    code: 'credentials_refused',
    names:
      /ExpiredToken|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|InvalidAccessKeyId|MissingAuthenticationToken|AuthenticationFailed|RequestExpired|(^| )16$/,
    statuses: [401],
    what: 'refuses the credentials',
    hint: 'They may have expired, or belong to another account or platform. Sign in again, or set the keys that `npm start` prints.',
  },
  {
    code: 'access_denied',
    names: /AccessDenied|AuthorizationFailure|AuthorizationPermissionMismatch|(^| )7$/,
    statuses: [403],
    what: 'does not allow this',
    hint: 'Use a role that may read and write the queues and tables of the stage.',
  },
  {
    code: 'throttled',
    // gRPC: 8 RESOURCE_EXHAUSTED.
    names: /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RESOURCE_EXHAUSTED|(^| )8$/,
    statuses: [429],
    what: 'answers to too many requests',
    hint: 'Run it again in a minute.',
  },
  {
    code: 'stage_not_found',
    names: /ResourceNotFound|QueueDoesNotExist|NonExistentQueue|QueueNotFound|TableNotFound|(^| )5$/,
    statuses: [404],
    what: 'has no such queue or table',
    hint: 'Check the stage, the account and the region: nothing of this stage may be deployed there.',
  },
  {
    code: 'region_missing',
    names: /Region is missing/,
    statuses: [],
    what: 'needs a region',
    hint: 'Set AWS_REGION, or AWS_PROFILE to a profile with a region.',
  },
];

/**
 * An error that the user can fix, in one line; undefined for any other, which is a bug and keeps its stack.
 *
 * @param place name of the called system, for people
 */
export function toPlainError(error: unknown, place: string): CliError | undefined {
  if (error instanceof CliError) return error;
  const found = findKind(error);
  return found && new CliError(found.code, `${place} ${found.what} (${found.said})`, found.hint);
}

/** The kind and message of an error that is not a bug; undefined for any other. */
export function classifyError(error: unknown): { code: string; said: string; hint: string } | undefined {
  if (error instanceof CliError) return { code: error.code, said: error.message, hint: error.hint };
  return findKind(error);
}

function findKind(error: unknown): (Kind & { readonly said: string }) | undefined {
  for (const facts of factsOf(error)) {
    const names = [facts.name, /default credentials|Region is missing/.exec(facts.message)?.[0], facts.code];
    const text = names.filter(Boolean).join(' ');
    const kind = kinds.find(({ names, statuses }) => names.test(text) || statuses.includes(facts.status));
    if (kind) return { ...kind, said: firstLine(facts) };
  }
  return undefined;
}

/** Runs work that calls `place`, and throws its errors as a `CliError` if the user can fix them. */
export async function withPlainErrors<Result>(place: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toPlainError(error, place) ?? error;
  }
}

/** The error and its causes, from the outside in. */
function factsOf(error: unknown, depth = 0): Facts[] {
  if (!(error instanceof Error) || depth > 3) return [];
  const more = error as Error & {
    code?: string | number;
    statusCode?: number;
    errors?: readonly unknown[];
    $metadata?: { httpStatusCode?: number };
  };
  const { name, message, code = '', statusCode } = more;
  const own = { name, message, code: String(code), status: statusCode ?? more.$metadata?.httpStatusCode ?? 0 };
  return [own, ...factsOf(error.cause, depth + 1), ...(more.errors ?? []).flatMap((one) => factsOf(one, depth + 1))];
}

function firstLine({ name, code, message }: Facts): string {
  const line = message.split('\n')[0] ?? '';
  const label = code === '' || code === name ? name : code;
  return line === '' || line.includes(label) ? line || label : `${label}: ${line}`;
}
