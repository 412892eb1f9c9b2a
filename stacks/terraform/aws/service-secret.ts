import { DataAwsSecretsmanagerRandomPassword } from '@cdktf/provider-aws/lib/data-aws-secretsmanager-random-password/index.js';
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js';
import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js';
import { Construct } from 'constructs';
import { generatedSecret, secretDescription, secretName, secretRecoveryDays } from '../../model/secrets.ts';
import type { SecretName } from '../../model/services.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

export interface ServiceSecretProps {
  readonly stage: Stage;
  readonly secret: SecretName;
}

/** A secret that functions read while they run. The first value is also in Terraform's state; later ones are not. */
export class ServiceSecret extends Construct {
  constructor(scope: Construct, id: string, { stage, secret: name }: ServiceSecretProps) {
    super(scope, id);
    const secret = new SecretsmanagerSecret(this, 'Secret', {
      name: secretName(stage, name),
      description: secretDescription(stage, name),
      recoveryWindowInDays: secretRecoveryDays(stage),
      lifecycle: { preventDestroy: stage.keepData },
    });
    const { randomPassword } = new DataAwsSecretsmanagerRandomPassword(this, 'Random', generatedSecret);
    new SecretsmanagerSecretVersion(this, 'Version', {
      secretId: secret.id,
      secretString: randomPassword,
      // Without its own label, the version is deleted some time after two rotations. The next apply would then write a
      // random value as the current one (terraform-provider-aws, secret_version.go).
      versionStages: ['AWSCURRENT', 'first'],
      lifecycle: { ignoreChanges: ['secret_string', 'version_stages'] },
    });
  }
}
