/** Attribute of a copy: the id of its dead letter. */
export const copyMark = 'redriveOf';

/** Visibility timeout of a search. A killed search may hide messages from the next one for this long. */
export const lookSeconds = 8;

export interface Seen {
  readonly id: string;
  readonly receipt: string;
  /** Id of the dead letter that this is a copy of. */
  readonly original: string | undefined;
}

/** A queue that can only be read by receiving its messages. */
export interface SearchedQueue {
  /** Receives some messages, hidden for `lookSeconds`. */
  look(): Promise<readonly Seen[]>;
  /** Makes them visible at once. */
  release(seen: readonly Seen[]): Promise<void>;
}

/**
 * Receives each message of the queue, which counts as a delivery, and releases all of them. Unless it finds every copy,
 * it searches for longer than a killed search can hide messages.
 */
export async function findCopies(queue: SearchedQueue, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const seen = new Map<string, Seen>();
  const end = Date.now() + (lookSeconds + 1) * 1_000;
  let repeats = 0;
  while (found.size < ids.size) {
    const messages = await queue.look();
    repeats += messages.filter(({ id }) => seen.has(id)).length;
    if (Date.now() > end && (messages.length === 0 || repeats > seen.size)) break;
    for (const message of messages) {
      seen.set(message.id, message);
      const { original } = message;
      if (original !== undefined && ids.has(original)) found.add(original);
    }
  }
  await queue.release([...seen.values()]);
  return found;
}
