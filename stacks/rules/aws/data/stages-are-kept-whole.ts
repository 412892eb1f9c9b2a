import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';

const data = ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table', 'AWS::Cognito::UserPool', 'AWS::S3::Bucket'];

/** The same types in a Terraform file that was not translated. */
const ofTerraform = ['aws_dynamodb_table', 'aws_cognito_user_pool', 'aws_s3_bucket'];

function check(template: Template): Finding[] {
  const translated = template.ofType(...data);
  const all = translated.length > 0 ? translated : template.ofType(...ofTerraform);
  const [kept, deleted] = [all.filter((one) => one.kept), all.filter((one) => !one.kept)];
  const [first] = deleted;
  if (!first || kept.length === 0) return [];
  const rarer = kept.length <= deleted.length ? kept : deleted;
  return rarer.map(({ id, kept: isKept }) => ({
    resource: id,
    problem: isKept
      ? `it outlives its stage, although ${first.id} does not: a destroy fails or leaves it behind. Delete it with the stage, or keep all`
      : 'it is deleted with its stage, although other data is kept. Keep it',
  }));
}

const table = (DeletionPolicy: string): JsonObject => ({
  Type: 'AWS::DynamoDB::GlobalTable',
  DeletionPolicy,
  Properties: {
    TableName: 'orders',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    Replicas: [{ Region: 'eu-central-1', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
  },
});
const example = (ofTable: string, ofBucket: string): JsonObject => ({
  Resources: { Orders: table(ofTable), Logs: { Type: 'AWS::S3::Bucket', DeletionPolicy: ofBucket } },
});

export const stagesAreKeptWhole: Rule = {
  name: 'stages-are-kept-whole',
  what: 'Tables, user pools and buckets of a stage all outlive it, or none does.',
  why: 'A bucket of logs that is kept in a stage that is not makes `terraform destroy` fail, and stays behind, charged, after `cdk destroy`. A table that is not kept among others that are is lost by mistake.',
  source: [
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html',
    'https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#prevent_destroy',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example('Delete', 'Retain'), good: example('Delete', 'Delete') },
    { bad: example('Delete', 'RetainExceptOnCreate'), good: example('RetainExceptOnCreate', 'RetainExceptOnCreate') },
    {
      bad: {
        resource: {
          aws_dynamodb_table: {
            orders: { name: 'orders', hash_key: 'pk', point_in_time_recovery: { enabled: true } },
          },
          aws_s3_bucket: { logs: { bucket_prefix: 'logs-', lifecycle: { prevent_destroy: true } } },
        },
      },
      good: {
        resource: {
          aws_dynamodb_table: {
            orders: { name: 'orders', hash_key: 'pk', point_in_time_recovery: { enabled: true } },
          },
          aws_s3_bucket: { logs: { bucket_prefix: 'logs-', force_destroy: true } },
        },
      },
    },
  ],
};
