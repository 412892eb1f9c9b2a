import { createLocalJWKSet, errors, importJWK, type JWK, type JWTVerifyGetKey } from 'jose';
import { RetryLater } from '../ports/retry-later.ts';

/** The issuer's keys could not be read, so a token was not judged. */
export class KeysUnavailable extends RetryLater {}

/** Finds the key of a token. */
export interface Keys extends JWTVerifyGetKey {
  /** Names the set of keys that is used now. */
  used?(): string | undefined;
  /**
   * For a signature that no key of the set `used` made: an issuer may reuse a key's id, or name none in its tokens.
   *
   * @returns whether there are other keys now; false as well when they cannot be read
   */
  renew?(used: string | undefined): Promise<boolean>;
}

interface Known {
  /** The set, to tell whether another one differs. */
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
/** Last good keys outlive the issuer's outage; a withdrawn key is not trusted for longer. */
const staleMs = 24 * 3_600_000;
/** Between two reads, so that tokens with invented key ids do not flood the issuer. */
const pauseMs = 1_000;

/**
 * An issuer's public keys, from its `jwks_uri`. Concurrent callers share one read. Keys are refreshed in the background;
 * a key id that is not among them is looked up at once, because issuers rotate keys.
 *
 * The result throws {@link KeysUnavailable} when the keys cannot be read, and jose's errors for the token.
 */
export function remoteKeys(
  url: string,
  { fetch = globalThis.fetch, now = () => performance.now() }: KeyReading = {},
): Keys {
  let known: Known | undefined;
  let triedAt = -Infinity;
  let reading: Promise<Known> | undefined;

  async function read(): Promise<Known> {
    triedAt = now();
    try {
      const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(fetchMs) });
      known = { ...(await parseKeys(response.status, await response.json())), readAt: now() };
      return known;
    } catch (error) {
      throw new KeysUnavailable(`no keys from ${url}; retry later`, { cause: error });
    } finally {
      reading = undefined;
    }
  }
  function refresh(): Promise<Known> {
    if (!reading && now() - triedAt < pauseMs)
      throw new KeysUnavailable(`no keys from ${url} a moment ago; retry later`);
    reading ??= read();
    return reading;
  }

  const findKey: JWTVerifyGetKey = async (header, token) => {
    const ageMs = known ? now() - known.readAt : Infinity;
    const { keys, readAt } = known && ageMs <= staleMs ? known : await refresh();
    if (now() - readAt > freshMs && now() - triedAt >= pauseMs) void refresh().catch(() => undefined);
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || now() - readAt < pauseMs) throw error;
    }
    return (await refresh()).keys(header, token);
  };
  async function renew(used: string | undefined): Promise<boolean> {
    if (known?.text !== used) return true;
    if (!known || (!reading && now() - known.readAt < pauseMs)) return false;
    try {
      return (await refresh()).text !== used;
    } catch {
      return false;
    }
  }
  return Object.assign(findKey, { renew, used: () => known?.text });
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
