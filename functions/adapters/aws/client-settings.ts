/**
 * SDK v3 has no request timeout of its own, and with one set it only warns unless told to throw: a hung endpoint would
 * hold a function until it is killed. Three attempts of 3 s stay below every function's own timeout.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};
