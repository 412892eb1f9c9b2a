import { Arn, ArnFormat, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Statement, secretResource } from '../model/statements.ts';

/** Built from the physical name: importing the ARN would lock the other stack's exports. */
export const tableArn = (stack: Stack, resourceName: string, region?: string): string =>
  Arn.format({ service: 'dynamodb', resource: 'table', resourceName, ...(region !== undefined && { region }) }, stack);

export const secretArn = (stack: Stack, name: string): string =>
  Arn.format(
    {
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: secretResource(name),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    },
    stack,
  );

export const allow = ({ sid, actions, resources }: Statement): PolicyStatement =>
  new PolicyStatement({ sid, actions: [...actions], resources: [...resources] });
