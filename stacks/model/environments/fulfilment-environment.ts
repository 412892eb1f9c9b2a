import type { Stage } from '../stages/stage-settings.ts';

/** The partner's URL, or the stand-in, and the time limits for calls to it. */
export function fulfilmentEnvironment({ fulfilment }: Stage): Record<string, string> {
  const { partnerUrl, cancellableSeconds, breakerOpenSeconds, giveUpHours } = fulfilment;
  return {
    PARTNER_URL: partnerUrl ?? 'stand-in',
    CANCELLABLE_MS: String(cancellableSeconds * 1_000),
    BREAKER_OPEN_MS: String(breakerOpenSeconds * 1_000),
    GIVE_UP_MS: String(giveUpHours * 3_600_000),
  };
}
