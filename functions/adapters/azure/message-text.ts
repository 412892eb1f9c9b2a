import { type DeadLetterReason, deadLetterReasons } from '../../contracts/order-request.ts';

// Azure's messages have no attributes. Metadata is written into the text in a form that no body can be mistaken for.

/** The message encoding that the Functions host expects. */
export const encode = (body: string | Uint8Array) => Buffer.from(body).toString('base64');

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The body of a message; undefined when the text is not Base64, so that the Functions host cannot read it either. */
export function decode(messageText: string): Buffer | undefined {
  // .NET ignores white space.
  return base64.test(messageText.replace(/\s/g, '')) ? Buffer.from(messageText, 'base64') : undefined;
}

/** The text of a dead letter with a reason. The colon is not in Base64's alphabet. */
export const encodeDeadLetter = (body: string | Uint8Array, reason: DeadLetterReason) => `${reason}:${encode(body)}`;

export interface DeadLetterText {
  /** Text only if the worker cannot read it: it is not Base64. */
  readonly body: string | Uint8Array;
  readonly reason?: DeadLetterReason;
}

/** Parses the text of a dead letter: with a reason from us, or as the Functions host copied it. */
export function parseDeadLetter(messageText: string): DeadLetterText {
  const [prefix, text] = messageText.split(':', 2);
  const reason = deadLetterReasons.find((one) => one === prefix);
  if (reason && text !== undefined) {
    const body = decode(text);
    if (body) return { body, reason };
  }
  const body = decode(messageText);
  if (!body) return { body: messageText };
  return parseWrapped(body) ?? { body: parseCopy(body).body };
}

/** Dead letters with a reason, as versions before 0.3 wrote them. */
function parseWrapped(bytes: Buffer): DeadLetterText | undefined {
  const text = bytes.toString();
  const [, reason] = /^\{"reason":"([A-Z_]+)","body":".*"\}$/s.exec(text) ?? [];
  const known = deadLetterReasons.find((one) => one === reason);
  if (!known) return undefined;
  try {
    const { body } = JSON.parse(text) as { body: string };
    return JSON.stringify({ reason, body }) === text ? { body: Buffer.from(body), reason: known } : undefined;
  } catch {
    return undefined;
  }
}

// JSON cannot begin with a NUL.
const copyHeader = /^\0redriveOf:([\w-]{1,100})\n$/;
const longestHeader = 120;

/** The bytes of a redriven message: the body, after a header with the id of the dead letter. */
export function formatCopy(original: string, body: string | Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`\0redriveOf:${original}\n`), Buffer.from(body)]);
}

/** Splits a message into its body and, for a redriven one, the id of its dead letter. */
export function parseCopy(bytes: Uint8Array): { readonly body: Uint8Array; readonly original?: string } {
  if (bytes[0] !== 0) return { body: bytes };
  const end = bytes.subarray(0, longestHeader).indexOf(0x0a) + 1;
  const [, original] = copyHeader.exec(Buffer.from(bytes.subarray(0, end)).toString('latin1')) ?? [];
  return original === undefined ? { body: bytes } : { body: bytes.subarray(end), original };
}
