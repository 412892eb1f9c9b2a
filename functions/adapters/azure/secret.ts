import { readFile } from 'node:fs/promises';
import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import * as z from 'zod';
import type { SecretStore } from '../../ports/secret.ts';

const secretBundle = z.object({ value: z.string() });
const scope = 'https://vault.azure.net/.default';
const readMs = 2_000;

/** Credentials and HTTP client for the vault. */
export interface VaultAccess {
  /** The client id of the app's user-assigned identity. */
  readonly clientId: string | undefined;
  /** Overrides in tests. */
  readonly credential?: TokenCredential;
  readonly fetch?: typeof fetch;
}

/**
 * A secret of Key Vault by its URL, without a version: the newest one. One GET, where Microsoft's client would add to
 * the cold start: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret
 *
 * A path instead is a file: local runs only.
 */
export function secret(place: string, { clientId, credential, fetch = globalThis.fetch }: VaultAccess): SecretStore {
  if (!/^https:\/\//.test(place)) return { read: () => readFile(place, 'utf8') };
  const identity = credential ?? (clientId ? new ManagedIdentityCredential({ clientId }) : undefined);
  if (!identity) throw new Error('DATA__clientId is not set: the stack sets it to the client id of the identity');
  return {
    async read() {
      const signal = AbortSignal.timeout(readMs);
      const token = await identity.getToken(scope, { abortSignal: signal });
      const headers = { authorization: `Bearer ${token?.token}` };
      const response = await fetch(`${place}?api-version=7.4`, { headers, redirect: 'error', signal });
      if (response.status !== 200) throw new VaultRefused(response.status);
      return secretBundle.parse(await response.json()).value;
    },
  };
}

/** Key Vault answered, but not with the secret. */
class VaultRefused extends Error {
  readonly statusCode: number;

  constructor(status: number) {
    super(`Key Vault answered ${status}; 403 means that the identity lacks the role Key Vault Secrets User`);
    this.statusCode = status;
  }
}
