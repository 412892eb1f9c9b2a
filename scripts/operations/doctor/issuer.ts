import { type Check, failed, type Look, notNeeded, ok } from './check.ts';
import type { Web } from './web.ts';

export interface IssuerContext {
  readonly web: Web;
  /** Issuer of the tokens, or the reason why there is none to check. */
  readonly issuer: { readonly url: string } | { readonly none: string };
}

/** Algorithms that the API accepts. */
const accepted = 'RS256';

/** The functions fetch the issuer's keys from the address in its discovery document, and the page its endpoints. */
export const issuer: Check<IssuerContext> = {
  name: 'issuer',
  permissions: [],
  look: ({ issuer: chosen, web }) => ('none' in chosen ? notNeeded(chosen.none) : discover(chosen.url, web)),
};

async function discover(url: string, web: Web): Promise<Look> {
  const needed = `${url} serves discovery for itself, with ${accepted}`;
  const bad = (found: string) => failed(found, needed, 'Correct the issuer: it is compared letter by letter.');
  const address = `${url.replace(/\/$/, '')}/.well-known/openid-configuration`;
  if (!URL.canParse(address)) return bad(`'${url}' is not a URL`);
  const response = await web.fetch(address);
  if (!response.ok) return bad(`${address} answers ${response.status}`);
  const document = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (document.issuer !== url) return bad(`discovery says issuer '${String(document.issuer)}'`);
  if (typeof document.jwks_uri !== 'string') return bad('discovery names no jwks_uri');
  const algorithms = document.id_token_signing_alg_values_supported;
  if (Array.isArray(algorithms) && !algorithms.includes(accepted)) return bad(`it signs with ${algorithms.join(', ')}`);
  const keys = await web.fetch(document.jwks_uri);
  if (!keys.ok) return bad(`${document.jwks_uri} answers ${keys.status}`);
  const { keys: found = [] } = (await keys.json().catch(() => ({}))) as { keys?: readonly unknown[] };
  if (found.length === 0) return bad(`${document.jwks_uri} holds no key`);
  return ok(`reachable, ${found.length} keys`, needed);
}
