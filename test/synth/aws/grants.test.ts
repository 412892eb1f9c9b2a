import { describe, expect, test } from 'vitest';
import {
  type QueueName,
  type ResourceAccess,
  type Service,
  serviceNames,
  services,
} from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { oneWith, statementsOf, synthesize, textOf } from './synthesize.ts';

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
const arnOfTable = (stage: string, table: string) =>
  `arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/flash-sale-${stage}-${table}`;

/** From the table of needs alone, in words: `action on resource`. */
function wanted(stage: string, accesses: readonly ResourceAccess[]): string[] {
  return accesses.flatMap((access) => {
    const on = (actions: readonly string[], resource: string) =>
      actions.map((action) => `${iamActions[action]} on ${resource}`);
    if (access.kind === 'queue') return on(access.actions, `<${queueIds[access.queue]}>`);
    if (access.kind === 'bus') return on(access.actions, '<Events>');
    if (access.kind === 'cdn') {
      return on(access.actions, 'arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/<Distribution>');
    }
    const arn = arnOfTable(stage, access.table);
    return [
      ...on(access.actions, arn),
      ...(access.index ? on(access.index.actions, `${arn}/index/${access.index.name}`) : []),
    ];
  });
}

function granted(stage: Stage, service: Service): string[] {
  return statementsOf(synthesize(stage)[services[service].stack], service).flatMap((statement) => {
    expect(statement.Effect).toBe('Allow');
    return [statement.Action].flat().map((action) => `${action} on ${textOf(statement.Resource)}`);
  });
}

const readStream = ['DescribeStream', 'GetRecords', 'GetShardIterator'].map(
  (action) => `dynamodb:${action} on <streamArn>`,
);

const receive = (queue: string) =>
  ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map((action) => `sqs:${action} on <${queue}>`);

/** Beyond its needs: what a function's logs, traces and trigger take. */
const triggers: Partial<Record<Service, string[]>> = {
  settlement: receive('Queuesorderrequests'),
  fulfilment: receive('Queuesfulfilmentrequests'),
  projection: readStream,
  invalidation: readStream,
};

/** The one wildcard that a stream's worker has: the streams of its table. */
function listStreams(stage: string, service: Service): string[] {
  const { trigger } = services[service];
  if (trigger.kind !== 'stream') return [];
  return [`dynamodb:ListStreams on ${arnOfTable(stage, trigger.table)}/stream/*`];
}

describe.each(serviceNames)('%s', (service) => {
  test('may do what its needs say, what its trigger and its logs take, and nothing else', () => {
    const logs = ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => `${action} on <${service}Logs>`);
    const got = granted(stages.local, service).map((line) => line.replace(/<SsmParameter.*>$/, '<streamArn>'));
    expect(got.sort()).toEqual(
      [
        ...wanted('local', services[service].access),
        ...logs,
        ...(triggers[service] ?? []),
        ...listStreams('local', service),
      ].sort(),
    );
  });

  test('has a wildcard for X-Ray alone, where the stage traces', () => {
    const wildcards = granted(stages.prod, service).filter((line) => line.includes('*'));
    const xray = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];
    expect(wildcards.sort()).toEqual([...listStreams('prod', service), ...xray].sort());
  });

  test('gets exactly the variables of its needs, its settings, and the origin secret', () => {
    expect(variablesOf(stages.dev, service)).toEqual(
      [...namesOf(service), ...common, ...(settings[service] ?? []), ...originSecret(service)].sort(),
    );
  });

  test('gets the issuer too where no authorizer stands before it and it has something to guard', () => {
    const issuer = service === 'intake' || service === 'stock' ? ['OIDC_AUDIENCE', 'OIDC_ISSUER'] : [];
    expect(variablesOf(stages['local-url'], service)).toEqual(
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
/** Where the stage closes the way beside the CDN, to what a request can reach. */
const originSecret = (service: Service) => (services[service].trigger.kind === 'api' ? ['ORIGIN_SECRET'] : []);
const namesOf = (service: Service) => services[service].access.map((access) => access.env);

function variablesOf(stage: Stage, service: Service): string[] {
  const name = `flash-sale-${stage.name}-${service}`;
  const lambda = oneWith(synthesize(stage)[services[service].stack], 'AWS::Lambda::Function', 'FunctionName', name);
  return Object.keys((lambda.Environment as { Variables: object }).Variables).sort();
}
