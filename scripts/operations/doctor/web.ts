import { Resolver } from 'node:dns/promises';

/** Access to anything outside of the cloud's own API. */
export interface Web {
  readonly fetch: typeof fetch;
  /** Name servers of a zone, from the public DNS. */
  readonly resolveNs: (name: string) => Promise<string[]>;
}

const answerMs = 5_000;

export const publicWeb = (): Web => ({
  fetch: (input, init) => fetch(input, { signal: AbortSignal.timeout(answerMs), ...init }),
  resolveNs: (name) => new Resolver({ timeout: answerMs, tries: 2 }).resolveNs(name),
});
