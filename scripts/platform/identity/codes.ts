import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The rights behind a code, validated when the code was issued. */
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
const maxGrants = 1_000;

/** Authorization codes: valid once, for a minute, and only for the client that started the flow. */
export class AuthorizationCodes {
  readonly #grants = new Map<string, Grant & { readonly expiresAt: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  issue(grant: Grant): string {
    for (const [code, { expiresAt }] of this.#grants) {
      if (expiresAt <= this.#now() || this.#grants.size >= maxGrants) this.#grants.delete(code);
    }
    const code = randomBytes(32).toString('base64url');
    this.#grants.set(code, { ...grant, expiresAt: this.#now() + lifetimeMs });
    return code;
  }

  /**
   * Returns the grant, or the reason for a failure. A failed attempt consumes the code, so only one guess is possible.
   */
  redeem({ code, clientId, redirectUri, verifier }: Redemption): Grant | string {
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    if (!grant) return 'the code is unknown or already used';
    if (grant.expiresAt <= this.#now()) return `the code is older than ${lifetimeMs / 1000} seconds`;
    if (grant.clientId !== clientId) return `the code was not issued to client '${clientId}'`;
    if (grant.redirectUri !== redirectUri) return 'redirect_uri differs from the one in the authorization request';
    if (!matches(grant.challenge, verifier)) return 'code_verifier does not match the code_challenge';
    return grant;
  }
}

function matches(challenge: string, verifier: string): boolean {
  const expected = Buffer.from(challenge);
  const actual = Buffer.from(createHash('sha256').update(verifier).digest('base64url'));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
