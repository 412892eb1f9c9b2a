import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import type { Construct } from 'constructs';
import { functionArchitecture } from '../../model/architecture.ts';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { logStatement, type Statement } from '../../model/statements.ts';
import type { Code } from '../code.ts';
import { assumedBy, grant, toPolicyDocument } from './iam-policy.ts';
import { logGroup } from './logs.ts';

export interface LambdaProps {
  readonly stage: Stage;
  readonly name: string;
  readonly code: Code;
  /** A Terraform variable: older providers reject the newest runtime. */
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly Statement[];
  /** @default false */
  readonly tracing?: boolean;
  /** @default the stage's `keepData` */
  readonly keepLogs?: boolean;
  readonly description?: string;
  /** Publishes a version on each change, for the alias. @default true */
  readonly versioned?: boolean;
}

/** X-Ray has no resource-level permissions: its two actions need a wildcard. */
const trace = {
  Effect: 'Allow',
  Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  Resource: '*',
};

/** A function with its own role and log group. */
export function addLambda(scope: Construct, props: LambdaProps): LambdaFunction {
  const { stage, tracing = false } = props;
  const functionName = physicalName(stage.name, props.name);
  const logs = logGroup(scope, stage, `/aws/lambda/${functionName}`, props.keepLogs ?? stage.keepData);
  // IAM accepts prefixes of up to 38 characters.
  const role = new IamRole(scope, 'Role', {
    namePrefix: `${functionName}-`.slice(-38),
    assumeRolePolicy: assumedBy('lambda.amazonaws.com'),
  });
  // Not the managed policy AWSLambdaBasicExecutionRole: it allows writes to every log group of the account.
  const statements = [logStatement(`${logs.arn}:*`), ...props.statements].map(grant);
  const grants = new IamRolePolicy(scope, 'Grants', {
    name: 'grants',
    role: role.id,
    policy: toPolicyDocument([...statements, ...(tracing ? [trace] : [])]),
  });
  return new LambdaFunction(scope, 'Function', {
    functionName,
    ...(props.description !== undefined && { description: props.description }),
    runtime: props.runtime,
    // Graviton: 20 % cheaper per millisecond, and the bundle holds no native code.
    architectures: [functionArchitecture],
    handler: 'index.handler',
    filename: props.code.path,
    sourceCodeHash: props.code.hash,
    memorySize: props.memoryMb,
    timeout: props.timeoutSeconds,
    ...(tracing && { tracingConfig: { mode: 'Active' } }),
    role: role.arn,
    loggingConfig: { logFormat: 'Text', logGroup: logs.name },
    environment: { variables: { ...props.environment } },
    publish: props.versioned ?? true,
    dependsOn: [grants],
  });
}
