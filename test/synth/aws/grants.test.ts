import { describe, expect, test } from 'vitest';
import { accessOf } from '../../../stacks/model/access.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import {
  type QueueName,
  type ResourceAccess,
  type Service,
  serviceNames,
  services,
} from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { findOneWith, findStatements, synthesize, toText } from './synthesize.ts';

const iamActions: Record<string, string> = {
  get: 'dynamodb:GetItem',
  batchGet: 'dynamodb:BatchGetItem',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  check: 'dynamodb:ConditionCheckItem',
  query: 'dynamodb:Query',
  scan: 'dynamodb:Scan',
  send: 'sqs:SendMessage',
  publish: 'events:PutEvents',
  invalidate: 'cloudfront:CreateInvalidation',
  read: 'secretsmanager:GetSecretValue',
};
const queueIds: Record<QueueName, string> = {
  'order-requests': 'Queuesorderrequests',
  'order-requests-dlq': 'Queuesorderrequestsdlq',
  'projection-dlq': 'Queuesprojectiondlq',
  'fulfilment-requests': 'Queuesfulfilmentrequests',
  'fulfilment-requests-dlq': 'Queuesfulfilmentrequestsdlq',
  'invalidation-dlq': 'invalidationdlq',
};
const common = ['LOG_LEVEL', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME', 'STAGE'];
const toTableArn = (stage: string, table: string) =>
  `arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${physicalName(stage, table)}`;

/** Expected grants from the access table alone, as `action on resource`. */
function expectedGrants(stage: string, accesses: readonly ResourceAccess[]): string[] {
  return accesses.flatMap((access) => {
    const on = (actions: readonly string[], resource: string) =>
      actions.map((action) => `${iamActions[action]} on ${resource}`);
    if (access.kind === 'queue') return on(access.actions, `<${queueIds[access.queue]}>`);
    if (access.kind === 'bus') return on(access.actions, '<Events>');
    if (access.kind === 'cdn') {
      return on(access.actions, 'arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<Distribution>');
    }
    if (access.kind === 'secret') {
      const name = physicalName(stage, access.secret);
      return on(
        access.actions,
        `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${name}-??????`,
      );
    }
    const arn = toTableArn(stage, access.table);
    return [
      ...on(access.actions, arn),
      ...(access.index ? on(access.index.actions, `${arn}/index/${access.index.name}`) : []),
    ];
  });
}

function findGrants(stage: Stage, service: Service): string[] {
  return findStatements(synthesize(stage)[services[service].stack], service).flatMap((statement) => {
    expect(statement.Effect).toBe('Allow');
    return [statement.Action].flat().map((action) => `${action} on ${toText(statement.Resource)}`);
  });
}

const readStream = ['DescribeStream', 'GetRecords', 'GetShardIterator'].map(
  (action) => `dynamodb:${action} on <streamArn>`,
);

const receive = (queue: string) =>
  ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map((action) => `sqs:${action} on <${queue}>`);

/** Grants that a function's trigger needs, in addition to the access table. */
const triggers: Partial<Record<Service, string[]>> = {
  settlement: receive('Queuesorderrequests'),
  fulfilment: receive('Queuesfulfilmentrequests'),
  projection: readStream,
  invalidation: readStream,
};

/** A stream worker's only wildcard: the streams of its table. */
function listStreams(stage: string, service: Service): string[] {
  const { trigger } = services[service];
  if (trigger.kind !== 'stream') return [];
  return [`dynamodb:ListStreams on ${toTableArn(stage, trigger.table)}/stream/*`];
}

describe.each(serviceNames)('%s', (service) => {
  test('may do only what its access table, trigger and logs need', () => {
    const logs = ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => `${action} on <${service}Logs>`);
    const got = findGrants(stages.local, service).map((line) => line.replace(/<SsmParameter.*>$/, '<streamArn>'));
    expect(got.sort()).toEqual(
      [
        ...expectedGrants('local', accessOf(stages.local, service)),
        ...logs,
        ...(triggers[service] ?? []),
        ...listStreams('local', service),
      ].sort(),
    );
  });

  test('has a wildcard only for X-Ray, and only if the stage traces', () => {
    const wildcards = findGrants(stages.prod, service).filter((line) => line.includes('*'));
    const xray = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];
    expect(wildcards.sort()).toEqual([...listStreams('prod', service), ...xray].sort());
  });

  test('gets exactly the variables of its access table, its settings and the origin secret', () => {
    expect(findVariables(stages.dev, service)).toEqual(
      [...namesOf(service), ...common, ...(settings[service] ?? []), ...originSecret(service)].sort(),
    );
  });

  test('also gets the issuer if it has private routes and no authorizer', () => {
    const issuer = service === 'intake' || service === 'stock' ? ['OIDC_AUDIENCE', 'OIDC_ISSUER'] : [];
    expect(findVariables(stages['local-url'], service)).toEqual(
      [...namesOf(service), ...common, ...(settings[service] ?? []), ...issuer].sort(),
    );
  });
});

const settings: Partial<Record<Service, string[]>> = {
  catalog: [
    'CACHE_BROWSER_SECONDS',
    'CACHE_EDGE_SECONDS',
    'CACHE_ERROR_SECONDS',
    'CACHE_FUNCTION_MS',
    'CACHE_STALE_SECONDS',
  ],
  invalidation: ['CACHE_FUNCTION_MS'],
  fulfilment: ['BREAKER_OPEN_MS', 'CANCELLABLE_MS', 'GIVE_UP_MS', 'PARTNER_URL'],
  sweeper: ['CANCELLABLE_MS', 'STUCK_MS'],
};
/** API functions get it in stages whose API rejects requests that bypass the CDN. */
const originSecret = (service: Service) => (services[service].trigger.kind === 'api' ? ['ORIGIN_SECRET'] : []);
const namesOf = (service: Service) => accessOf(stages.dev, service).map((access) => access.env);

function findVariables(stage: Stage, service: Service): string[] {
  const name = physicalName(stage.name, service);
  const lambda = findOneWith(synthesize(stage)[services[service].stack], 'AWS::Lambda::Function', 'FunctionName', name);
  return Object.keys((lambda.Environment as { Variables: object }).Variables).sort();
}
