import * as oauth from 'oauth4webapi';
import type { Config } from './config.ts';
import type { Session } from './session.ts';

// Authorization code flow with PKCE, for a public client: https://www.rfc-editor.org/rfc/rfc9700#section-2.1.1
// Imported on sign-in only, to keep it out of the initial load.

const item = 'sign-in';

interface Begun {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

const redirectUri = () => `${location.origin}/`;
// The local issuer has no certificate, and browsers let only local pages call it.
const transport = (issuer: URL) => ({ [oauth.allowInsecureRequests]: issuer.hostname === '127.0.0.1' });

async function discover({ issuer }: Config): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, transport(url)));
}

/** Navigates to the identity provider. */
export async function beginSignIn(config: Config): Promise<void> {
  const { authorization_endpoint } = await discover(config);
  if (!authorization_endpoint)
    throw new Error('the identity provider has no authorization_endpoint; check `issuer` in config.json');
  const begun: Begun = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
  };
  sessionStorage.setItem(item, JSON.stringify(begun));
  const url = new URL(authorization_endpoint);
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: redirectUri(),
    scope: config.scope,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
  }))
    url.searchParams.set(name, value);
  location.assign(url);
}

/** @throws when the redirect does not belong to this tab's sign-in, or the code is rejected */
export async function finishSignIn(config: Config, answer: URL): Promise<Session> {
  const begun = JSON.parse(sessionStorage.getItem(item) ?? 'null') as Begun | null;
  sessionStorage.removeItem(item);
  if (!begun) throw new Error('this tab did not start a sign-in; sign in again');
  const server = await discover(config);
  const client = { client_id: config.clientId };
  const parameters = oauth.validateAuthResponse(server, client, answer, begun.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri(),
    begun.verifier,
    transport(new URL(config.issuer)),
  );
  // Checks the ID token's issuer, audience, expiry and nonce. Its signature needs no check, since it came directly from
  // the token endpoint (OpenID Connect Core, 3.1.3.7, 6); the API verifies the access token's.
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: begun.nonce,
    requireIdToken: true,
  });
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  if (!claims) throw new Error('the identity provider returned no ID token; check that `scope` has openid');
  return {
    customer: claims.sub,
    name: String(claims.email ?? claims.sub),
    token: tokens.access_token,
    expiresAt: Date.now() + (tokens.expires_in ?? 300) * 1_000,
    logoutUrl: server.end_session_endpoint,
  };
}
