import { Arn, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { physicalName } from '../names.ts';
import type { Need, TableName, TableNeed, TableVerb } from '../needs.ts';

const tableActions: Readonly<Record<TableVerb, string>> = {
  get: 'dynamodb:GetItem',
  batchGet: 'dynamodb:BatchGetItem',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  query: 'dynamodb:Query',
  scan: 'dynamodb:Scan',
};
const otherActions = {
  send: 'sqs:SendMessage',
  publish: 'events:PutEvents',
  invalidate: 'cloudfront:CreateInvalidation',
} as const;

/** Built from the physical name: an ARN imported from another stack would lock that stack's exports. */
export const tableArn = (stack: Stack, stage: string, table: TableName): string =>
  Arn.format({ service: 'dynamodb', resource: 'table', resourceName: physicalName(stage, table) }, stack);

/** One statement for each need, named by it, so that a statement can be found, read, and taken away on its own. */
export function statementsFor(need: Need, arn: string): PolicyStatement[] {
  if (need.kind !== 'table') {
    return [allow(need.env, need.verbs.map(actionOf), [arn])];
  }
  const statements = [
    allow(
      need.env,
      need.verbs.map((verb) => tableActions[verb]),
      [arn],
    ),
  ];
  return need.index ? [...statements, indexStatement(need, need.index, arn)] : statements;
}

export function allow(name: string, actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid: pascalCase(name), actions, resources });
}

function indexStatement(need: TableNeed, index: NonNullable<TableNeed['index']>, arn: string): PolicyStatement {
  const actions = index.verbs.map((verb) => tableActions[verb]);
  return allow(`${need.env}_INDEX`, actions, [`${arn}/index/${index.name}`]);
}

function actionOf(verb: keyof typeof otherActions): string {
  return otherActions[verb];
}

/** Statement ids hold letters and digits only. */
function pascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}
