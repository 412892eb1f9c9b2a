/**
 * Why a call to a dependency failed, when that is not our bug:
 * - `unavailable`: it was not reached, did not answer in time, or something else answered in its place;
 * - `busy`: it throttled the call, or the call met a concurrent one.
 */
export type Fault = 'unavailable' | 'busy';

/** https://nodejs.org/api/errors.html#common-system-errors, and undici's and Azure's codes for a lost request. */
const networkCode =
  /^(ECONN|ENOTFOUND$|EAI_|ETIME(DOUT|OUT)$|ESERVFAIL$|EREFUSED$|EPIPE$|ESHUTDOWN$|EHOST|ENET|EADDRNOTAVAIL$|EPROTO$|E[MN]FILE$|ENOBUFS$|ERR_(SSL|TLS|HTTP2|SOCKET|STREAM_(PREMATURE|DESTROYED))|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|UND_ERR|HPE_|REQUEST_SEND_ERROR$|PARSE_ERROR$)/;
const timeoutName = /^(TimeoutError|AbortError|TaskCancelledError|RequestTimeout(Exception)?)$/;
/** AWS error codes, some with a suffix such as `Exception`. */
const throttleName =
  /Throttl|TooManyRequests|ProvisionedThroughput|RequestLimit|BandwidthLimit|OverLimit|SlowDown|^PriorRequestNotComplete|^ReplicatedWriteConflict|^Transaction(Conflict|InProgress)/;
const serverName = /Unavailable|^Internal/;

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html; a non-gRPC answer becomes UNKNOWN, too. */
const grpc = {
  unavailable: [1 /* CANCELLED */, 2 /* UNKNOWN */, 4 /* DEADLINE_EXCEEDED */, 13 /* INTERNAL */, 14 /* UNAVAILABLE */],
  busy: [8 /* RESOURCE_EXHAUSTED */, 10 /* ABORTED */],
};

/** Errors of the AWS, Azure and Google SDKs, of `fetch` and of Node's sockets, as far as they overlap. */
interface DependencyError {
  readonly name?: string;
  readonly code?: string | number;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly statusCode?: number;
  /** Only gRPC errors have it. */
  readonly details?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  /** The raw answer; with no `$fault` beside it, the answer was not in the service's format. */
  readonly $response?: { readonly statusCode?: number };
  readonly $fault?: 'client' | 'server';
}

/** Classifies an error by its cause; undefined means that the dependency answered, or that the code is wrong. */
export function findFault(error: unknown): Fault | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { cause, errors } = error as DependencyError;
  const inner = [cause, ...(Array.isArray(errors) ? errors : [])];
  return faultOfOne(error) ?? inner.map(findFault).find((fault) => fault !== undefined);
}

function faultOfOne(error: DependencyError): Fault | undefined {
  const { name = '', code } = error;
  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode ?? error.statusCode ?? Number(code);
  if (status === 429 || throttleName.test(name)) return 'busy';
  if (typeof code === 'number' && grpc.busy.includes(code)) return 'busy';
  const gone =
    status >= 500 ||
    status === 408 ||
    (typeof code === 'number' ? grpc.unavailable.includes(code) : networkCode.test(code ?? '')) ||
    timeoutName.test(name) ||
    serverName.test(name) ||
    answeredByAnother(error);
  return gone ? 'unavailable' : undefined;
}

/** AWS error answers have a code; a proxy's page, an empty answer or a redirect has none. */
function answeredByAnother({ name, details, $response, $fault }: DependencyError): boolean {
  // The gRPC client's message for an answer that is not gRPC.
  if (/^Received HTTP status code \d/.test(details ?? '')) return true;
  return $response !== undefined && ($fault === undefined || name === 'Unknown');
}
