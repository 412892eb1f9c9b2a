import { backOff } from '../lib/back-off.ts';
import { Store } from '../lib/store.ts';
import { type Config, fetchConfig } from './config.ts';
import type { Sessions } from './session.ts';

/** Signing in and out, as the page shows it. */
export class Account {
  readonly config = new Store<Config | undefined>(undefined);
  readonly busy = new Store(false);
  /** Why signing in did not work. */
  readonly problem = new Store<string | undefined>(undefined);
  readonly #sessions: Sessions;
  readonly #pause: (ms: number) => Promise<void>;

  constructor(sessions: Sessions, pause: (ms: number) => Promise<void>) {
    this.#sessions = sessions;
    this.#pause = pause;
  }

  /** Reads the configuration, and finishes a sign-in that this page is the answer of. */
  async open(): Promise<void> {
    const answer = new URL(location.href);
    const answers = answer.searchParams.has('state');
    this.busy.set(answers);
    // The code is good once: it should not stay in the address, nor in the history.
    if (answers) history.replaceState(null, '', '/');
    const config = await this.#config();
    if (answers) await this.#finish(config, answer);
  }

  async signIn(): Promise<void> {
    const config = this.config.value;
    if (!config || this.busy.value) return;
    this.problem.set(undefined);
    this.busy.set(true);
    try {
      await (await import('./code-flow.ts')).beginSignIn(config);
    } catch {
      this.problem.set('Signing in does not work just now. Try again in a moment, please.');
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

  async #config(): Promise<Config> {
    for (const ms of backOff(500, 10_000)) {
      const config = await fetchConfig();
      if (config) {
        this.config.set(config);
        return config;
      }
      await this.#pause(ms);
    }
    throw new Error('a back-off has no end');
  }

  async #finish(config: Config, answer: URL): Promise<void> {
    try {
      this.#sessions.begin(await (await import('./code-flow.ts')).finishSignIn(config, answer));
    } catch (error) {
      console.warn('sign-in:', error);
      this.problem.set('Signing in did not work. Try once more, please.');
    }
    this.busy.set(false);
  }
}
