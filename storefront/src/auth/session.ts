import { Store } from '../lib/store.ts';

export interface Session {
  readonly customer: string;
  /** Display name. */
  readonly name: string;
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Ends the identity provider's session; without it, signing out only affects this page. */
  readonly logoutUrl: string | undefined;
}

const item = 'session';

/** The current session, also kept in the tab's storage so that it survives a reload. */
export class Sessions {
  readonly current: Store<Session | undefined>;
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.current = new Store(read(storage));
  }

  begin(session: Session): void {
    this.#storage.setItem(item, JSON.stringify(session));
    this.current.set(session);
  }

  end(): void {
    this.#storage.removeItem(item);
    this.current.set(undefined);
  }

  token(): string | undefined {
    const session = this.current.value;
    return session && session.expiresAt > Date.now() ? session.token : undefined;
  }
}

function read(storage: Storage): Session | undefined {
  try {
    const session = JSON.parse(storage.getItem(item) ?? 'null') as Session | null;
    return session && session.expiresAt > Date.now() ? session : undefined;
  } catch {
    return undefined;
  }
}
