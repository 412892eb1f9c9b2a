/** Nothing was decided in time; the caller (queue, stream, client) has to retry. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
}
