export type Fields = Readonly<Record<string, unknown>>;
export interface Stored {
  readonly fields: Fields;
  /** Changes with every write. */
  readonly updateTime: number;
}

export interface Write {
  readonly kind: 'create' | 'update' | 'set' | 'delete';
  readonly path: string;
  readonly fields: Fields;
  readonly lastUpdateTime?: number | undefined;
}

const codes = { notFound: 5, alreadyExists: 6, failedPrecondition: 9 };

/** Called for every committed change, except for a delete. */
export type Watch = (path: string, before: Fields | undefined, after: Fields) => void;

/** Documents with Firestore's guarantees: a commit applies all its writes or none, each under its precondition. */
export class Documents {
  readonly stored = new Map<string, Stored>();
  #commits = 0;
  #named = 0;
  readonly #watch: Watch;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  has(collection: string): boolean {
    return [...this.stored.keys()].some((path) => path.startsWith(`${collection}/`));
  }

  /** Returns a path that no document has ever had. */
  newPath(collection: string): string {
    return `${collection}/${this.#named++}`;
  }

  /** @returns an error with Firestore's code when a precondition fails */
  commit(writes: readonly Write[]): Error | undefined {
    for (const write of writes) {
      const refused = this.#findRefusal(write);
      if (refused) return refused;
    }
    this.#commits++;
    for (const { kind, path, fields } of writes) {
      if (kind === 'delete') {
        this.stored.delete(path);
        continue;
      }
      const before = this.stored.get(path)?.fields;
      const after = merged(kind === 'create' ? {} : (before ?? {}), fields);
      this.stored.set(path, { fields: after, updateTime: this.#commits });
      this.#watch(path, before, after);
    }
    return undefined;
  }

  #findRefusal({ kind, path, lastUpdateTime }: Write): Error | undefined {
    const stored = this.stored.get(path);
    if (kind === 'create' && stored) return failure('already exists', codes.alreadyExists);
    if (kind === 'update' && !stored) return failure('not found', codes.notFound);
    if (lastUpdateTime !== undefined && stored?.updateTime !== lastUpdateTime)
      return failure('updated meanwhile', codes.failedPrecondition);
    return undefined;
  }
}

function merged(before: Fields, change: Fields): Fields {
  const after: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(change)) {
    const { increment, delete: removed } = (value ?? {}) as { increment?: number; delete?: boolean };
    if (removed) delete after[name];
    else after[name] = increment === undefined ? value : Number(after[name] ?? 0) + increment;
  }
  return after;
}

export function failure(message: string, code: number): Error {
  return Object.assign(new Error(message), { name: `Firestore${code}`, code });
}
