import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { generatedSecret, secretDescription, secretName, secretRows } from '../model/secrets.ts';
import type { SecretName } from '../model/services.ts';
import type { Stage } from '../model/stages/stage-settings.ts';
import { toRemovalPolicy } from './table.ts';

export interface ServiceSecretProps {
  readonly stage: Stage;
  readonly secret: SecretName;
}

/** A secret that functions read while they run. CloudFormation generates it once and leaves later versions alone. */
export class ServiceSecret extends Construct {
  constructor(scope: Construct, id: string, { stage, secret: name }: ServiceSecretProps) {
    super(scope, id);
    const secret = new Secret(this, 'Secret', {
      secretName: secretName(stage, name),
      description: secretDescription(stage, name),
      generateSecretString: generatedSecret,
      removalPolicy: toRemovalPolicy(stage),
    });
    const { holder } = secretRows[name];
    const reason = `The ${holder} must have a new secret before it is used, so people rotate it: see the runbook`;
    Validations.of(secret).acknowledge({ id: 'AwsSolutions::AwsSolutions-SMG4', reason });
  }
}
