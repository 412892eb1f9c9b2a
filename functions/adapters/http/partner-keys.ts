import { within } from '../../lib/within.ts';
import { PartnerFailed } from '../../ports/partner.ts';
import type { PartnerKey, PartnerKeys, SecretStore } from '../../ports/partner-keys.ts';
import { toPartnerKey } from './message-signature.ts';

/** A new version of the secret is used after this time at the latest. */
export const freshMs = 5 * 60_000;
/** Between two reads, while the store is gone or the partner refuses the newest key. */
const pauseMs = 1_000;
/** Its client retries, and a message waits for it. */
const readMs = 2_500;

export interface KeyReading {
  /** Monotonic milliseconds; overridden in tests. */
  readonly now?: () => number;
  /** Gets each failed read. Calls go on with the last good key, if there is one. */
  readonly onError: (error: unknown) => void;
}

interface Known {
  readonly key: PartnerKey;
  readonly until: number;
}

/** The newest key in the store, cached. Concurrent callers share one read. */
export function partnerKeys(store: SecretStore, { now = () => performance.now(), onError }: KeyReading): PartnerKeys {
  let known: Known | undefined;
  let triedAt = -Infinity;
  let reading: Promise<PartnerKey> | undefined;

  async function read(): Promise<PartnerKey> {
    try {
      const key = toPartnerKey(await within(readMs, store.read()));
      known = { key, until: now() + freshMs };
      return key;
    } catch (error) {
      onError(error);
      // An outage of the store must not stop calls that the old key can sign.
      if (known) return known.key;
      throw new PartnerFailed('the secret that signs calls to the partner cannot be read', { cause: error });
    } finally {
      triedAt = now();
      reading = undefined;
    }
  }

  return {
    async current() {
      if (reading) return reading;
      if (known && (now() < known.until || now() - triedAt < pauseMs)) return known.key;
      reading = read();
      return reading;
    },
    refused(key) {
      if (known?.key.id === key.id) known = { key, until: -Infinity };
    },
  };
}
