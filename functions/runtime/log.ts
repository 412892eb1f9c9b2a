import { Logger } from '@aws-lambda-powertools/logger';

// Names whose values never reach a log, at any depth.
const secret = /^(authorization|cookie|set-cookie|token|access_token|id_token|password|secret|email|customer|sub)$/i;

/** One JSON object a line, so that a line feed or an escape sequence in a value cannot forge another line. */
export const logger = new Logger({
  jsonReplacerFn: (key, value) => (secret.test(key) ? '[redacted]' : value),
});
