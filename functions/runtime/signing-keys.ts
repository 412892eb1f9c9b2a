import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { RetryLater } from '../ports/retry-later.ts';

/** The issuer's keys could not be read, so a token was not judged. */
export class KeysUnavailable extends RetryLater {}

interface Known {
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
export function remoteKeys(url: string, { fetch = globalThis.fetch, now = () => performance.now() }: KeyReading = {}) {
  let known: Known | undefined;
  let triedAt = -Infinity;
  let reading: Promise<Known> | undefined;

  async function read(): Promise<Known> {
    triedAt = now();
    try {
      const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(fetchMs) });
      known = { keys: parseKeys(response.status, await response.json()), readAt: now() };
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
  return findKey;
}

/** @throws for anything but a set with at least one key: an error page must not replace good keys */
function parseKeys(status: number, body: unknown): JWTVerifyGetKey {
  const { keys } = body as { keys?: unknown };
  if (status !== 200 || !Array.isArray(keys) || keys.length === 0) throw new Error(`status ${status}, no key set`);
  return createLocalJWKSet({ keys });
}
