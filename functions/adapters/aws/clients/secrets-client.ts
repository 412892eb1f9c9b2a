import { type GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientSettings } from './client-settings.ts';

let client: SecretsManagerClient | undefined;

/** Created on first use: a cold start waits for the first order's other calls anyway. */
export const secretsManager = {
  send(command: GetSecretValueCommand) {
    client ??= new SecretsManagerClient(clientSettings);
    return client.send(command);
  },
};
