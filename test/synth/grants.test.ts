import { describe, expect, test } from 'vitest';
import { type Need, type Service, serviceNames, services } from '../../stacks/needs.ts';
import type { Stage } from '../../stacks/stage-settings.ts';
import { stages } from '../../stacks/stages.ts';
import { oneWith, statementsOf, synthesize, textOf } from './synthesize.ts';

const actions: Record<string, string> = {
  get: 'dynamodb:GetItem',
  batchGet: 'dynamodb:BatchGetItem',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  query: 'dynamodb:Query',
  scan: 'dynamodb:Scan',
  send: 'sqs:SendMessage',
  publish: 'events:PutEvents',
};
const common = ['LOG_LEVEL', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME', 'STAGE'];
const arnOfTable = (stage: string, table: string) =>
  `arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/flash-sale-${stage}-${table}`;

/** From the table of needs alone, in words: `action on resource`. */
function wanted(stage: string, needs: readonly Need[]): string[] {
  return needs.flatMap((need) => {
    const on = (verbs: readonly string[], resource: string) => verbs.map((verb) => `${actions[verb]} on ${resource}`);
    if (need.kind === 'queue') return on(need.verbs, `<Queues${need.queue.replaceAll('-', '')}>`);
    if (need.kind === 'bus') return on(need.verbs, '<Events>');
    const arn = arnOfTable(stage, need.table);
    return [...on(need.verbs, arn), ...(need.index ? on(need.index.verbs, `${arn}/index/${need.index.name}`) : [])];
  });
}

function granted(stage: Stage, service: Service): string[] {
  return statementsOf(synthesize(stage).service, service).flatMap((statement) => {
    expect(statement.Effect).toBe('Allow');
    return [statement.Action].flat().map((action) => `${action} on ${textOf(statement.Resource)}`);
  });
}

/** Beyond its needs: what a function's logs, traces and trigger take. */
const triggers: Partial<Record<Service, string[]>> = {
  settlement: ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map(
    (action) => `sqs:${action} on <Queuesorderrequests>`,
  ),
  projection: ['DescribeStream', 'GetRecords', 'GetShardIterator'].map((action) => `dynamodb:${action} on <streamArn>`),
};

describe.each(serviceNames)('%s', (service) => {
  test('may do what its needs say, what its trigger and its logs take, and nothing else', () => {
    const logs = ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => `${action} on <${service}Logs>`);
    const list = `dynamodb:ListStreams on ${arnOfTable('local', 'orders')}/stream/*`;
    const got = granted(stages.local, service).map((line) => line.replace(/<SsmParameter.*>$/, '<streamArn>'));
    expect(got.sort()).toEqual(
      [
        ...wanted('local', services[service].needs),
        ...logs,
        ...(triggers[service] ?? []),
        ...(service === 'projection' ? [list] : []),
      ].sort(),
    );
  });

  test('has a wildcard for X-Ray alone, where the stage traces', () => {
    const wildcards = granted(stages.prod, service).filter((line) => line.includes('*'));
    const xray = ['xray:PutTelemetryRecords on *', 'xray:PutTraceSegments on *'];
    const list = `dynamodb:ListStreams on ${arnOfTable('prod', 'orders')}/stream/*`;
    expect(wildcards.sort()).toEqual(service === 'projection' ? [list, ...xray] : xray);
  });

  test('gets exactly the variables of its needs', () => {
    expect(variablesOf(stages.dev, service)).toEqual([...namesOf(service), ...common].sort());
  });

  test('gets the issuer too where no authorizer stands before it and it has something to guard', () => {
    const issuer = service === 'intake' || service === 'stock' ? ['OIDC_AUDIENCE', 'OIDC_ISSUER'] : [];
    expect(variablesOf(stages['local-url'], service)).toEqual([...namesOf(service), ...common, ...issuer].sort());
  });
});

const namesOf = (service: Service) => services[service].needs.map((need) => need.env);

function variablesOf(stage: Stage, service: Service): string[] {
  const name = `flash-sale-${stage.name}-${service}`;
  const lambda = oneWith(synthesize(stage).service, 'AWS::Lambda::Function', 'FunctionName', name);
  return Object.keys((lambda.Environment as { Variables: object }).Variables).sort();
}
