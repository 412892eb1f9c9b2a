import { DataAwsSecretsmanagerRandomPassword } from '@cdktf/provider-aws/lib/data-aws-secretsmanager-random-password/index.js';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js';
import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js';
import { Construct } from 'constructs';
import { originSecretDescription, originSecretName } from '../../../model/edge/origin-secret-name.ts';
import { hasRegions, otherRegions } from '../../../model/stages/regions.ts';
import type { Stage } from '../../../model/stages/stage-settings.ts';

/**
 * A generated secret. Its name includes its generation: a new generation is a new secret. Unlike CloudFormation,
 * Terraform stores it in its state: encrypt the state, and hide it from anyone who may not change the functions.
 */
export class OriginSecret extends Construct {
  readonly value: string;

  constructor(scope: Construct, id: string, stage: Stage, generation: number) {
    super(scope, id);
    const secret = new SecretsmanagerSecret(this, 'Secret', {
      name: originSecretName(stage, generation),
      description: originSecretDescription(stage),
      // The CDN sends one secret, whichever region answers.
      ...(hasRegions(stage) && { replica: otherRegions(stage).map((region) => ({ region })) }),
      // Otherwise the name stays taken for 30 days, and the apply after a destroy fails. The old value has no further
      // use.
      recoveryWindowInDays: 0,
    });
    const { randomPassword } = new DataAwsSecretsmanagerRandomPassword(this, 'Random', {
      passwordLength: 48,
      excludePunctuation: true,
    });
    this.value = new SecretsmanagerSecretVersion(this, 'Version', {
      secretId: secret.id,
      secretString: randomPassword,
      // Each plan generates a new password; keep the first.
      lifecycle: { ignoreChanges: ['secret_string'] },
    }).secretString;
  }
}
