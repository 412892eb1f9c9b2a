import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a code stands for; all of it was checked when the code was given. */
export interface Grant {
  readonly customer: string;
  readonly admin: boolean;
  readonly clientId: string;
  readonly redirectUri: string;
  /** PKCE, method S256: https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
  readonly challenge: string;
  readonly nonce: string | undefined;
}

export interface Redemption {
  readonly code: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly verifier: string;
}

const lifetimeMs = 60_000;
const mostAtOnce = 1_000;

/** Authorization codes: each is good once, for a minute, and for the one who began. */
export class AuthorizationCodes {
  readonly #grants = new Map<string, Grant & { readonly expiresAt: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  issue(grant: Grant): string {
    for (const [code, { expiresAt }] of this.#grants) {
      if (expiresAt <= this.#now() || this.#grants.size >= mostAtOnce) this.#grants.delete(code);
    }
    const code = randomBytes(32).toString('base64url');
    this.#grants.set(code, { ...grant, expiresAt: this.#now() + lifetimeMs });
    return code;
  }

  /** The grant, or why there is none. A wrong attempt uses the code up too: whoever guesses has one guess. */
  redeem({ code, clientId, redirectUri, verifier }: Redemption): Grant | string {
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    if (!grant) return 'the code is unknown here, or was used already';
    if (grant.expiresAt <= this.#now()) return `the code is older than ${lifetimeMs / 1000} seconds`;
    if (grant.clientId !== clientId) return `the code was given to another client than '${clientId}'`;
    if (grant.redirectUri !== redirectUri) return 'redirect_uri is not the one that the code was asked with';
    if (!matches(grant.challenge, verifier)) return 'code_verifier does not fit the code_challenge';
    return grant;
  }
}

function matches(challenge: string, verifier: string): boolean {
  const wanted = Buffer.from(challenge);
  const got = Buffer.from(createHash('sha256').update(verifier).digest('base64url'));
  return wanted.length === got.length && timingSafeEqual(wanted, got);
}
