import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretName } from '../../../stacks/model/secrets.ts';
import { findStage } from '../../../stacks/model/stages/stages.ts';
import { clientOptions, type Target } from '../engine/target.ts';

/** Reads the generated secret, which the operator must give to the partner. */
export async function readPartnerSecret(target: Target, stage: string): Promise<string> {
  const client = new SecretsManagerClient(clientOptions(target));
  try {
    const SecretId = secretName(findStage(stage), 'partner-signing-key');
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
    return SecretString;
  } finally {
    client.destroy();
  }
}
