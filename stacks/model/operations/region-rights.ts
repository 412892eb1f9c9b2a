import { physicalName } from '../names.ts';
import { otherRegions } from '../stages/regions.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { type Place, type Right, right } from './apply-rights.ts';

/**
 * Copies of tables and secrets in the other regions, and the API's common name. Adding a copy needs rights on its rows.
 * A separate policy, because the role's own would become too long.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html
 */
export function regionRights(stage: Stage, { partition, account, region }: Place): readonly Right[] {
  const own = physicalName(stage.name, '*');
  const there = (service: string, resource: string) =>
    otherRegions(stage).map((other) => `arn:${partition}:${service}:${other}:${account}:${resource}`);
  const copies = [
    'BatchWriteItem CreateTable CreateTableReplica DeleteItem DeleteTable DeleteTableReplica Describe* GetItem',
    'ListTagsOfResource PutItem Query Scan TagResource UntagResource UpdateContinuousBackups UpdateItem UpdateTable',
  ];
  const secrets = ['ReplicateSecretToRegions RemoveRegionsFromReplication'];
  const replication = 'replication.dynamodb.amazonaws.com';
  const role = `aws-service-role/${replication}/AWSServiceRoleForDynamoDBReplication`;
  return [
    right('Copies', 'dynamodb', copies, there('dynamodb', `table/${own}`)),
    right('CopiesOfSecrets', 'secretsmanager', secrets, [
      `arn:${partition}:secretsmanager:${region}:${account}:secret:${own}`,
    ]),
    right('NewSecrets', 'secretsmanager', ['CreateSecret DeleteSecret'], there('secretsmanager', `secret:${own}`)),
    right(
      'CommonName',
      'apigateway',
      ['DELETE GET PATCH POST PUT'],
      [`arn:${partition}:apigateway:${region}::/domainnames*`],
    ),
    right(
      'CommonCertificate',
      'acm',
      ['AddTagsToCertificate DeleteCertificate DescribeCertificate ListTagsForCertificate'],
      [`arn:${partition}:acm:${region}:${account}:certificate/*`],
    ),
    ...healthCheckRights(partition),
    right('Replication', 'iam', ['CreateServiceLinkedRole'], [`arn:${partition}:iam::${account}:role/${role}`], {
      StringEquals: { 'iam:AWSServiceName': replication },
    }),
  ];
}

const healthCheckRights = (partition: string): readonly Right[] => [
  right('NewHealthChecks', 'route53', ['CreateHealthCheck'], ['*']),
  right(
    'HealthChecks',
    'route53',
    ['ChangeTagsForResource DeleteHealthCheck GetHealthCheck ListTagsForResource UpdateHealthCheck'],
    [`arn:${partition}:route53:::healthcheck/*`],
  ),
];
