// A byte order mark is kept, so that bytes and text of one message give the same result.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Returns undefined, which no schema accepts, for invalid JSON and for bytes that are not UTF-8. */
export function parseJson(content: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof content === 'string' ? content : utf8.decode(content));
  } catch {
    return undefined;
  }
}
