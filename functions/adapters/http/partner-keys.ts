import { cachedSecret, type SecretReading } from '../../lib/cached-secret.ts';
import { PartnerFailed } from '../../ports/partner.ts';
import type { PartnerKeys } from '../../ports/partner-keys.ts';
import type { SecretStore } from '../../ports/secret.ts';
import { toPartnerKey } from './message-signature.ts';

export type KeyReading = Pick<SecretReading<unknown>, 'now' | 'onError'>;

/** The newest key in the store. */
export function partnerKeys(store: SecretStore, reading: KeyReading): PartnerKeys {
  const secret = cachedSecret(store, {
    ...reading,
    parse: toPartnerKey,
    toFailure: (cause) => new PartnerFailed('the secret that signs calls to the partner cannot be read', { cause }),
  });
  return {
    current: () => secret.current(),
    refused: ({ id }) => secret.refused((known) => known.id === id),
  };
}
