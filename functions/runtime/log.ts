import { QuickLogger } from './quick-logger.ts';

// Keys whose values are never logged, at any depth.
const secret = /^(authorization|cookie|set-cookie|token|access_token|id_token|password|secret|email|customer|sub)$/i;

/** One JSON object per line, so a line feed or an escape sequence in a value cannot forge a line. */
export const logger = new QuickLogger(
  { jsonReplacerFn: (key, value) => (secret.test(key) ? '[redacted]' : value) },
  (key) => !secret.test(key),
);
