/** A call that a schedule makes through `arn:aws:scheduler:::aws-sdk:sqs:sendMessage`, by the names of the SDK. */
export interface UniversalCall {
  /** Without the service, such as `sendMessage`. */
  readonly operation: string;
  /** The permission that it needs; undefined where the SDK's name of a service is not known here. */
  readonly action: string | undefined;
  readonly isReadOnly: boolean;
}

const shape = /:scheduler:::aws-sdk:(\w+):(\w+)$/;

const readOnly =
  /^(get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batch(Get|Describe|Read)|transactGet|admin(Get|List)|retrieve|isAuthorized|invokeModel|test(Migration|Connection)|translateDocument)/;

/** IAM's prefix of a service, by the SDK's name in small letters. */
const prefixes: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['dynamodb', 'ec2', 'ecs', 'glue', 'kinesis', 'lambda', 'rds', 's3', 'sns', 'sqs', 'ssm'].map((one) => [one, one]),
  ),
  ...{ cloudwatchlogs: 'logs', cognitoidentityprovider: 'cognito-idp', eventbridge: 'events', sfn: 'states' },
};

export function toUniversalCall(target: string): UniversalCall | undefined {
  const [, service = '', operation = ''] = shape.exec(target) ?? [];
  if (operation === '') return undefined;
  const prefix = prefixes[service.toLowerCase()];
  // The one operation here that has another name in IAM.
  const name = prefix === 'lambda' && /^invoke$/i.test(operation) ? 'InvokeFunction' : operation;
  const action = prefix && `${prefix}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return { operation, action, isReadOnly: readOnly.test(operation) };
}
