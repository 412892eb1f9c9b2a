import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { originSecretDescription, originSecretName } from '../../model/edge/origin-secret-name.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

/** A secret that nobody has seen. Its generation is in its name: another one is another secret. */
export class OriginSecret extends Construct {
  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly generation: number }) {
    super(scope, id);
    const { stage, generation } = props;
    const secret = new Secret(this, `Generation${generation}`, {
      secretName: originSecretName(stage, generation),
      description: originSecretDescription(stage),
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const reason = 'CDN and functions read it at a deploy; a rotation beside the deploys would lock the CDN out';
    Validations.of(secret).acknowledge({ id: 'AwsSolutions::AwsSolutions-SMG4', reason });
  }
}

/**
 * The secret as CloudFormation fills it in: no template holds it. Lambda and CloudFront show it to whoever may read
 * their configuration, and whoever may do that could change them too.
 */
export function originSecretOf(stage: Stage): string | undefined {
  const generation = stage.edge.originSecretGeneration;
  return generation === null
    ? undefined
    : `{{resolve:secretsmanager:${originSecretName(stage, generation)}:SecretString}}`;
}
