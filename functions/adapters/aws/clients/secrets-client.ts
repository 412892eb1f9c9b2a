import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { prewarmed } from '../lambda/prewarm.ts';
import { clientSettings } from './client-settings.ts';

export const secretsManager = new SecretsManagerClient(clientSettings);
prewarmed(secretsManager, (instead) =>
  secretsManager.send(instead(new GetSecretValueCommand({ SecretId: 'prewarm' }))),
);
