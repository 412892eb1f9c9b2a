import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  acceptedGenerations,
  keptGenerations,
  originSecretDescription,
  originSecretName,
} from '../../model/edge/origin-secret-name.ts';
import { otherRegions } from '../../model/stages/regions.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

/** Generated secrets. A name includes its generation: a new generation is a new secret. */
export class OriginSecret extends Construct {
  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly generation: number }) {
    super(scope, id);
    for (const generation of keptGenerations(props.generation)) this.addSecret(props.stage, generation);
  }

  private addSecret(stage: Stage, generation: number): void {
    const secret = new Secret(this, `Generation${generation}`, {
      secretName: originSecretName(stage, generation),
      description: originSecretDescription(stage),
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      // The CDN sends one secret, whichever region answers.
      replicaRegions: otherRegions(stage).map((region) => ({ region })),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const reason = 'CDN and functions read it at deploy time; a rotation between deploys would lock the CDN out';
    Validations.of(secret).acknowledge({ id: 'AwsSolutions::AwsSolutions-SMG4', reason });
  }
}

/**
 * A reference that CloudFormation resolves, so that no template holds the secret. Lambda and CloudFront show it to
 * anyone who may read their configuration; those principals could change it too.
 */
export function originSecretReference(stage: Stage): string | undefined {
  const generation = stage.edge.originSecretGeneration;
  return generation === null ? undefined : toReference(stage, generation);
}

/** The secrets that the API accepts: the current one and the one before. */
export function acceptedSecretsReference(stage: Stage): string | undefined {
  const generation = stage.edge.originSecretGeneration;
  if (generation === null) return undefined;
  return acceptedGenerations(generation)
    .map((one) => toReference(stage, one))
    .join(' ');
}

const toReference = (stage: Stage, generation: number): string =>
  `{{resolve:secretsmanager:${originSecretName(stage, generation)}:SecretString}}`;
