import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { SecretStore } from '../../ports/secret.ts';
import { secretsManager } from './clients/secrets-client.ts';

/** A secret of Secrets Manager, by name; reads its current version. */
export function secret(name: string): SecretStore {
  return {
    async read() {
      const { SecretString = '' } = await secretsManager.send(new GetSecretValueCommand({ SecretId: name }));
      return SecretString;
    },
  };
}
