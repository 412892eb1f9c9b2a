/**
 * SDK v3 has no default request timeout, and only warns about a set one unless told to throw. A hung endpoint would
 * block a function until Lambda kills it. Three attempts of 3 s stay below every function's timeout.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};
