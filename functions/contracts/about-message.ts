const carried = {
  traceId: /\b00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\b/,
  // In a message, or in the key of a stream's record.
  orderId: /(?:"orderId"\s*:\s*(?:\{\s*"S"\s*:\s*)?"|ORDER#)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/,
};

/** Fields of a log line. */
export interface Subject {
  readonly traceId?: string;
  readonly orderId?: string;
}

/**
 * The trace and order that a message names, for a line about a message that is not understood or has failed. Text is
 * enough, because such a message need not be JSON.
 */
export function aboutMessage(body: string | Uint8Array): Subject {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString();
  const [traceId, orderId] = [carried.traceId.exec(text)?.[1], carried.orderId.exec(text)?.[1]];
  return { ...(traceId && { traceId }), ...(orderId && { orderId }) };
}
