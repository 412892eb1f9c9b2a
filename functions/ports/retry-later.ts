/** Nothing was decided in time; the caller's own retry (queue, stream, client) is the next attempt. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
}
