import { type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Resource, Template } from '../../template/template.ts';

function check(template: Template): Finding[] {
  return template
    .ofType('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table')
    .filter(({ kept }) => kept)
    .flatMap((table) => {
      const lacks = [
        ...(hasRecovery(table) ? [] : ['point-in-time recovery']),
        ...(isProtected(table) ? [] : ['deletion protection']),
      ];
      if (lacks.length === 0) return [];
      const problem = `its stage keeps it, but it has no ${lacks.join(' and no ')}. Enable it on each replica`;
      return [{ resource: table.id, problem }];
    });
}

/** `TableV2` renders a global table, whose settings are those of its replicas. */
function replicasOf({ type, properties }: Resource): readonly JsonObject[] {
  return type === 'AWS::DynamoDB::Table' ? [properties] : toList(properties.Replicas).map(toObject);
}

const hasRecovery = (table: Resource): boolean =>
  replicasOf(table).every(
    ({ PointInTimeRecoverySpecification: recovery }) => toObject(recovery).PointInTimeRecoveryEnabled === true,
  );

const isProtected = (table: Resource): boolean =>
  replicasOf(table).every(({ DeletionProtectionEnabled }) => DeletionProtectionEnabled === true);

const example = (replica: JsonObject): JsonObject => ({
  Resources: {
    Orders: {
      Type: 'AWS::DynamoDB::GlobalTable',
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: 'orders',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        Replicas: [{ Region: 'eu-central-1', ...replica }],
      },
    },
  },
});
const recovery = { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } };
const good = example({ ...recovery, DeletionProtectionEnabled: true });

export const keptTablesCanBeRecovered: Rule = {
  name: 'kept-tables-can-be-recovered',
  what: 'A table that outlives its stage has point-in-time recovery and deletion protection.',
  why: 'Known checkers look at AWS::DynamoDB::Table; CDK renders AWS::DynamoDB::GlobalTable, where both are settings of a replica.',
  source: [
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html',
    'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({ DeletionProtectionEnabled: true }), good },
    { bad: example(recovery), good },
  ],
};
