/** On a copy: the id of the dead letter that it was made from. */
export const copyMark = 'redriveOf';

/** What a look hides, and so what a look that was killed may still be hiding from this one. */
export const lookSeconds = 8;

export interface Seen {
  readonly id: string;
  readonly receipt: string;
  /** The dead letter that it is a copy of. */
  readonly original: string | undefined;
}

/** A queue that shows its messages only to those who take them. */
export interface SearchedQueue {
  /** Some messages, hidden for `lookSeconds`. */
  look(): Promise<readonly Seen[]>;
  /** Shows them again at once. */
  release(seen: readonly Seen[]): Promise<void>;
}

/**
 * Looks at each message of the queue, which counts as one of its deliveries, and shows all of them again. Unless it finds
 * everything, it looks for longer than an earlier look can have hidden something.
 */
export async function findCopies(queue: SearchedQueue, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const seen = new Map<string, Seen>();
  const end = Date.now() + (lookSeconds + 1) * 1_000;
  let metAgain = 0;
  while (found.size < ids.size) {
    const messages = await queue.look();
    metAgain += messages.filter(({ id }) => seen.has(id)).length;
    if (Date.now() > end && (messages.length === 0 || metAgain > seen.size)) break;
    for (const message of messages) {
      seen.set(message.id, message);
      const { original } = message;
      if (original !== undefined && ids.has(original)) found.add(original);
    }
  }
  await queue.release([...seen.values()]);
  return found;
}
