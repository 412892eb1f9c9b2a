import { createLocalJWKSet, errors, importJWK, type JWK, type JWTVerifyGetKey } from 'jose';
import { RetryLater } from '../ports/retry-later.ts';

/** The issuer's keys could not be read, so a token was not judged. */
export class KeysUnavailable extends RetryLater {}

/** Finds the key of a token. */
export interface Keys extends JWTVerifyGetKey {
  /** Identifies the key set in use. */
  used?(): string | undefined;
  /**
   * Call it when no key of the set `used` made the signature: an issuer may reuse a key's id, or name none in its
   * tokens.
   *
   * @returns whether there are other keys now; false as well when they cannot be read
   */
  renew?(used: string | undefined): Promise<boolean>;
}

interface Known {
  /** The set as text, to tell whether another one differs. */
  readonly text: string;
  readonly keys: JWTVerifyGetKey;
  readonly readAt: number;
}

export interface KeyReading {
  readonly fetch?: typeof fetch;
  /** Monotonic milliseconds; overridden in tests. */
  readonly now?: () => number;
}

const fetchMs = 2_000;
const freshMs = 10 * 60_000;
/** Last good keys outlive the issuer's outage, but a withdrawn key is trusted no longer than this. */
const staleMs = 24 * 3_600_000;
/** Minimum time between two reads, so that tokens with invented key ids do not flood the issuer. */
const pauseMs = 1_000;

/**
 * An issuer's public keys, from its `jwks_uri`. Concurrent callers share one read. Keys are refreshed in the background;
 * a key id that is not among them is looked up at once, because issuers rotate keys.
 *
 * The result throws {@link KeysUnavailable} when the keys cannot be read, and jose's errors for the token.
 */
export function remoteKeys(url: string, reading: KeyReading = {}): Keys {
  const keys = new RemoteKeys(url, reading);
  const findKey: JWTVerifyGetKey = (header, token) => keys.find(header, token);
  return Object.assign(findKey, { used: () => keys.used, renew: (used: string | undefined) => keys.renew(used) });
}

class RemoteKeys {
  readonly #url: string;
  readonly #fetch: typeof fetch;
  readonly #now: () => number;
  #known: Known | undefined;
  #triedAt = -Infinity;
  #reading: Promise<Known> | undefined;

  constructor(url: string, { fetch = globalThis.fetch, now = () => performance.now() }: KeyReading) {
    this.#url = url;
    this.#fetch = fetch;
    this.#now = now;
  }

  get used(): string | undefined {
    return this.#known?.text;
  }

  async find(...[header, token]: Parameters<JWTVerifyGetKey>) {
    const [known, now] = [this.#known, this.#now()];
    const { keys, readAt } = known && now - known.readAt <= staleMs ? known : await this.#refresh();
    if (now - readAt > freshMs && now - this.#triedAt >= pauseMs) void this.#refresh().catch(() => undefined);
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.#now() - readAt < pauseMs) throw error;
    }
    return (await this.#refresh()).keys(header, token);
  }

  async renew(used: string | undefined): Promise<boolean> {
    if (this.used !== used) return true;
    if (!this.#reading && this.#now() - this.#triedAt < pauseMs) return false;
    try {
      return (await this.#refresh()).text !== used;
    } catch {
      return false;
    }
  }

  #refresh(): Promise<Known> {
    if (!this.#reading && this.#now() - this.#triedAt < pauseMs)
      throw new KeysUnavailable(`no keys from ${this.#url} a moment ago; retry later`);
    this.#reading ??= this.#read();
    return this.#reading;
  }

  async #read(): Promise<Known> {
    this.#triedAt = this.#now();
    try {
      const response = await this.#fetch(this.#url, { redirect: 'error', signal: AbortSignal.timeout(fetchMs) });
      this.#known = { ...(await parseKeys(response.status, await response.json())), readAt: this.#now() };
      return this.#known;
    } catch (error) {
      throw new KeysUnavailable(`no keys from ${this.#url}; retry later`, { cause: error });
    } finally {
      this.#reading = undefined;
    }
  }
}

/** @throws for anything but a set with at least one usable key: an error page must not replace good keys */
async function parseKeys(status: number, body: unknown): Promise<Pick<Known, 'text' | 'keys'>> {
  const { keys } = body as { keys?: unknown };
  if (status !== 200 || !Array.isArray(keys)) throw new Error(`status ${status}, no key set`);
  const checked = await Promise.all(keys.map(async (key: JWK) => ((await isUsable(key)) ? [key] : [])));
  const usable = checked.flat();
  if (usable.length === 0) throw new Error(`none of ${keys.length} keys can verify RS256`);
  return { text: JSON.stringify(usable), keys: createLocalJWKSet({ keys: usable }) };
}

/** https://www.rfc-editor.org/rfc/rfc7518#section-3.3 */
const smallestModulus = 2_048;

/** A broken key must neither fail the others' tokens nor look like a verdict about its own. */
async function isUsable(key: JWK): Promise<boolean> {
  try {
    const { use = 'sig', alg = 'RS256' } = key;
    const imported = await importJWK(key, 'RS256');
    if (imported instanceof Uint8Array || use !== 'sig' || alg !== 'RS256') return false;
    const { modulusLength = 0 } = imported.algorithm as { modulusLength?: number };
    return imported.type === 'public' && modulusLength >= smallestModulus;
  } catch {
    return false;
  }
}
