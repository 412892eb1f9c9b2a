import { Resolver } from 'node:dns/promises';

/** What is outside of the cloud's own API. */
export interface Web {
  readonly fetch: typeof fetch;
  /** Name servers of a zone, as the public DNS answers. */
  readonly resolveNs: (name: string) => Promise<string[]>;
}

const answerMs = 5_000;

export const publicWeb = (): Web => ({
  fetch: (input, init) => fetch(input, { signal: AbortSignal.timeout(answerMs), ...init }),
  resolveNs: (name) => new Resolver({ timeout: answerMs, tries: 2 }).resolveNs(name),
});
