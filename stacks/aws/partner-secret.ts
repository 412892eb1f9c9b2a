import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { generatedSecret, secretDescription, secretName } from '../model/partner-secret.ts';
import type { Stage } from '../model/stages/stage-settings.ts';
import { toRemovalPolicy } from './table.ts';

/** The secret that signs calls to the partner. CloudFormation generates it once and leaves later versions alone. */
export class PartnerSecret extends Construct {
  constructor(scope: Construct, id: string, props: { readonly stage: Stage }) {
    super(scope, id);
    const { stage } = props;
    const secret = new Secret(this, 'Secret', {
      secretName: secretName(stage, 'partner-signing-key'),
      description: secretDescription(stage),
      generateSecretString: generatedSecret,
      removalPolicy: toRemovalPolicy(stage),
    });
    const reason = 'The partner must have a new secret before it is used, so people rotate it: see the runbook';
    Validations.of(secret).acknowledge({ id: 'AwsSolutions::AwsSolutions-SMG4', reason });
  }
}
