import type { Problem } from '../http/problem.ts';

const retryAfterSeconds = 1;

export const badTarget: Problem = {
  status: 400,
  code: 'bad_target',
  title: 'Bad Request',
  detail: 'The request target must be a path.',
};

export const targetTooLong: Problem = {
  status: 414,
  code: 'target_too_long',
  title: 'URI Too Long',
  detail: 'Path and query may have at most 8192 bytes, as on CloudFront.',
};

export const bodyOnRead: Problem = {
  status: 403,
  code: 'body_on_read',
  title: 'Forbidden',
  detail: 'A GET or HEAD must not have a body, as on CloudFront: the body is not in the cache key.',
};

export const methodRefused = (method: string, allowed: ReadonlySet<string>): Problem => ({
  status: 403,
  code: 'method_refused',
  title: 'Forbidden',
  detail: `The edge allows ${[...allowed].join(', ')} on this path, not ${method}.`,
});

export const functionFailed = (message: string): Problem => ({
  status: 503,
  code: 'edge_function_failed',
  title: 'Service Unavailable',
  detail: `The edge function failed: ${message}`,
  retryAfterSeconds,
});

export const originUnknown = (id: string): Problem => ({
  status: 502,
  code: 'origin_unknown',
  title: 'Bad Gateway',
  detail: `The distribution has no origin '${id}'.`,
});

export function originFailed(status: number): Problem {
  if (status === 504) {
    return {
      status,
      code: 'origin_late',
      title: 'Gateway Timeout',
      detail: 'The origin did not answer in time.',
      retryAfterSeconds,
    };
  }
  return {
    status: status >= 500 ? status : 502,
    code: 'origin_failed',
    title: status === 502 ? 'Bad Gateway' : 'Service Unavailable',
    detail: 'The origin does not answer, and there is no cached response to serve instead.',
    retryAfterSeconds,
  };
}

export const edgeStarting: Problem = {
  status: 503,
  code: 'starting',
  title: 'Service Unavailable',
  detail: 'The stacks are not deployed yet.',
  retryAfterSeconds,
};
