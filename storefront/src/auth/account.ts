import { backOff } from '../lib/back-off.ts';
import { Store } from '../lib/store.ts';
import { type Config, fetchConfig } from './config.ts';
import type { Sessions } from './session.ts';

/** Signs in and out, with the state that the page shows. */
export class Account {
  readonly config = new Store<Config | undefined>(undefined);
  readonly busy = new Store(false);
  /** Why the last sign-in failed. */
  readonly problem = new Store<string | undefined>(undefined);
  readonly #sessions: Sessions;
  readonly #pause: (ms: number) => Promise<void>;

  constructor(sessions: Sessions, pause: (ms: number) => Promise<void>) {
    this.#sessions = sessions;
    this.#pause = pause;
  }

  /** Loads the configuration, and completes a sign-in if the page was opened by its redirect. */
  async open(): Promise<void> {
    const url = new URL(location.href);
    const isRedirect = url.searchParams.has('state');
    this.busy.set(isRedirect);
    // The code is valid once, so it should not stay in the address or the history.
    if (isRedirect) history.replaceState(null, '', '/');
    const config = await this.#fetchConfig();
    if (isRedirect) await this.#finish(config, url);
  }

  async signIn(): Promise<void> {
    const config = this.config.value;
    if (!config || this.busy.value) return;
    this.problem.set(undefined);
    this.busy.set(true);
    try {
      await (await import('./code-flow.ts')).beginSignIn(config);
    } catch {
      this.problem.set('Sign-in is not available right now. Please try again in a moment.');
      this.busy.set(false);
    }
  }

  signOut(): void {
    const { logoutUrl } = this.#sessions.current.value ?? {};
    const { clientId } = this.config.value ?? {};
    this.#sessions.end();
    if (!logoutUrl || !clientId) return;
    const url = new URL(logoutUrl);
    url.searchParams.set('client_id', clientId);
    url.searchParams.set('logout_uri', `${location.origin}/`);
    location.assign(url);
  }

  async #fetchConfig(): Promise<Config> {
    for (const ms of backOff(500, 10_000)) {
      const config = await fetchConfig();
      if (config) {
        this.config.set(config);
        return config;
      }
      await this.#pause(ms);
    }
    throw new Error('unreachable: a back-off never ends');
  }

  async #finish(config: Config, answer: URL): Promise<void> {
    try {
      this.#sessions.begin(await (await import('./code-flow.ts')).finishSignIn(config, answer));
    } catch (error) {
      console.warn('sign-in:', error);
      this.problem.set('Sign-in failed. Please try again.');
    }
    this.busy.set(false);
  }
}
