import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { routes } from '../../../functions/contracts/routes.ts';
import { servicesOf } from '../../../stacks/model/services.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { oneWith, propertiesOf, type Resource, resourcesOf, synthesize, textOf } from './synthesize.ts';

const { service: dev } = synthesize(stages.dev);
const { service: prod } = synthesize(stages.prod);

test('the queues keep their logical ids: another id would lose the messages', () => {
  const queues = Object.entries(resourcesOf(prod, 'AWS::SQS::Queue'));
  expect(Object.fromEntries(queues.map(([id, { Properties }]) => [Properties.QueueName, id]))).toEqual({
    'flash-sale-prod-order-requests': 'QueuesorderrequestsA803DDA8',
    'flash-sale-prod-order-requests-dlq': 'QueuesorderrequestsdlqECE46A52',
    'flash-sale-prod-projection-dlq': 'Queuesprojectiondlq26B19ABF',
    'flash-sale-prod-fulfilment-requests': 'Queuesfulfilmentrequests3AC81BF9',
    'flash-sale-prod-fulfilment-requests-dlq': 'QueuesfulfilmentrequestsdlqA64EFCCD',
  });
});

const serviceNames = servicesOf('service');

describe('functions', () => {
  test.each(serviceNames)('%s runs the pinned runtime on arm64 with a role and a log group of its own', (name) => {
    const lambda = oneWith(dev, 'AWS::Lambda::Function', 'FunctionName', `flash-sale-dev-${name}`);
    expect(lambda).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
    });
    expect(textOf(lambda.Role)).toBe(`<${name}Role>`);
    expect(textOf((lambda.LoggingConfig as { LogGroup: unknown }).LogGroup)).toBe(`<${name}Logs>`);
    dev.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: `/aws/lambda/flash-sale-dev-${name}` });
  });

  test('nobody calls a version: the API, the queue and the stream call the alias live', () => {
    expect(propertiesOf(dev, 'AWS::Lambda::Alias').map((alias) => alias.Name)).toEqual(serviceNames.map(() => 'live'));
    const called = [
      ...propertiesOf(dev, 'AWS::ApiGatewayV2::Integration').map((each) => each.IntegrationUri),
      ...propertiesOf(dev, 'AWS::Lambda::EventSourceMapping').map((each) => each.FunctionName),
      ...propertiesOf(dev, 'AWS::Lambda::Permission').map((each) => each.FunctionName),
    ].map((uri) => JSON.stringify(uri));
    expect(called.length).toBeGreaterThan(5);
    for (const uri of called) expect(uri).toMatch(/Live[0-9A-F]{8}/);
  });

  test('no function reserves concurrency: that would carry good messages to the dead letters', () => {
    const reserved = propertiesOf(prod, 'AWS::Lambda::Function').filter(
      (each) => 'ReservedConcurrentExecutions' in each,
    );
    expect(reserved).toEqual([]);
  });

  test('prod provisions its customers’ functions, tracks their use, and raises the floor before the sale', () => {
    const targets = propertiesOf(prod, 'AWS::ApplicationAutoScaling::ScalableTarget');
    expect(targets).toHaveLength(2);
    for (const target of targets) {
      expect(target).toMatchObject({ MinCapacity: 5, MaxCapacity: 300 });
      expect(target.ScheduledActions).toMatchObject([
        { ScheduledActionName: 'before-the-sale', Schedule: 'cron(45 11 * * ? *)', Timezone: 'UTC' },
        { ScheduledActionName: 'after-the-sale', ScalableTargetAction: { MinCapacity: 5 } },
      ]);
    }
    prod.allResourcesProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 0.7,
        PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
      },
    });
    prod.allResourcesProperties('AWS::Lambda::Alias', { ProvisionedConcurrencyConfig: Match.absent() });
  });
});

describe('order queue', () => {
  test('hands each message five times to the worker, then to the dead letters', () => {
    const queue = oneWith(dev, 'AWS::SQS::Queue', 'QueueName', 'flash-sale-dev-order-requests');
    const redrive = queue.RedrivePolicy as { deadLetterTargetArn: unknown; maxReceiveCount: number };
    expect(redrive.maxReceiveCount).toBe(5);
    expect(textOf(redrive.deadLetterTargetArn)).toBe('<Queuesorderrequestsdlq>');
  });

  test('feeds settlement by large batches with a ceiling of concurrency, and takes back only what failed', () => {
    const [mapping] = propertiesOf(prod, 'AWS::Lambda::EventSourceMapping').filter((each) => each.ScalingConfig);
    expect(mapping).toMatchObject({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 100 },
    });
  });
});

test('the orders stream feeds projection with new events only, and frees its shard of what cannot be projected', () => {
  const [mapping = {}] = propertiesOf(dev, 'AWS::Lambda::EventSourceMapping').filter((each) => each.StartingPosition);
  expect(mapping).toMatchObject({
    StartingPosition: 'TRIM_HORIZON',
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 5,
    MaximumRecordAgeInSeconds: 6 * 3600,
    ParallelizationFactor: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  const { Filters } = mapping.FilterCriteria as { Filters: { Pattern: string }[] };
  expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
    { eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'EVENT#' }] } } } },
  ]);
  const destination = (mapping.DestinationConfig as { OnFailure: { Destination: unknown } }).OnFailure.Destination;
  expect(textOf(destination)).toBe('<Queuesprojectiondlq>');
});

describe('HTTP API', () => {
  test('keeps its logical id: another id would change the address', () => {
    expect(Object.keys(resourcesOf(prod, 'AWS::ApiGatewayV2::Api'))).toEqual(['FrontDoorApi9446D656']);
  });

  const routesOf = () => Object.values(resourcesOf(dev, 'AWS::ApiGatewayV2::Route'));
  const routeOf = (key: string): Resource | undefined => routesOf().find((each) => each.Properties.RouteKey === key);

  test('has the routes of the route table, and one for all other paths', () => {
    const table = routes.map((route) => `${route.method} ${route.path}`);
    expect(
      routesOf()
        .map((route) => route.Properties.RouteKey)
        .sort(),
    ).toEqual(['$default', ...table].sort());
  });

  test.each(routes)(
    '$method $path asks for a token if its access is not public ($access)',
    ({ method, path, access }) => {
      const type = access === 'public' ? 'NONE' : 'JWT';
      expect(routeOf(`${method} ${path}`)?.Properties.AuthorizationType).toBe(type);
    },
  );

  test.each(routes)('$method $path has the throttle of its class, $throttle', ({ method, path, throttle }) => {
    const { ratePerSecond, burst } = stages.prod.api.throttles[throttle];
    const [stage = {}] = propertiesOf(prod, 'AWS::ApiGatewayV2::Stage');
    expect((stage.RouteSettings as Record<string, object>)[`${method} ${path}`]).toMatchObject({
      ThrottlingRateLimit: ratePerSecond,
      ThrottlingBurstLimit: burst,
    });
  });

  test('trusts the tokens of the user pool', () => {
    const [authorizer = {}] = propertiesOf(dev, 'AWS::ApiGatewayV2::Authorizer');
    const { Issuer, Audience } = authorizer.JwtConfiguration as { Issuer: unknown; Audience: unknown[] };
    expect(textOf(Issuer)).toMatch(/^https:\/\/cognito-idp\.<AWS::Region>\.<AWS::URLSuffix>\/<SsmParameter/);
    expect(Audience.map(textOf)).toEqual([expect.stringContaining('SsmParameter')]);
  });

  test('answers browsers of the stage’s origins only', () => {
    prod.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { AllowOrigins: ['https://flash-sale.example'], AllowCredentials: Match.absent() },
    });
  });

  test('spells CORS for the local engine in camelCase too', () => {
    synthesize(stages.local).service.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { allowOrigins: ['*'], allowMethods: Match.arrayWith(['DELETE']) },
    });
  });

  test('logs neither query strings nor addresses', () => {
    const [stage = {}] = propertiesOf(prod, 'AWS::ApiGatewayV2::Stage');
    const { Format } = stage.AccessLogSettings as { Format: string };
    expect(Format).not.toMatch(/sourceIp|path|query|identity/i);
  });
});

test('a stage with function URLs has one for each API function’s alias, and no HTTP API', () => {
  const { service } = synthesize(stages['local-url']);
  service.resourceCountIs('AWS::ApiGatewayV2::Api', 0);
  const urls = propertiesOf(service, 'AWS::Lambda::Url');
  expect(urls.map((url) => [url.Qualifier, url.AuthType])).toEqual([1, 2, 3].map(() => ['live', 'NONE']));
  expect(Object.keys(service.toJSON().Outputs)).toEqual(
    expect.arrayContaining(['CatalogUrl', 'IntakeUrl', 'StockUrl']),
  );
});

test('publishes what clients look for', () => {
  const shared = [
    'BusName',
    'FulfilmentDeadLetterUrl',
    'FulfilmentQueueUrl',
    'OrderDeadLetterUrl',
    'OrderQueueUrl',
    'ProjectionDeadLetterUrl',
  ];
  expect(Object.keys(dev.toJSON().Outputs).sort()).toEqual(['ApiId', 'ApiUrl', ...shared]);
  dev.hasResourceProperties('AWS::SSM::Parameter', { Name: '/flash-sale/dev/api-url' });
});

test('the sweeper runs as often as the stage says, and a run that fails is not repeated', () => {
  const { service } = synthesize(stages.prod);
  const once = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 };
  expect(oneWith(service, 'AWS::Events::Rule', 'Name', 'flash-sale-prod-sweeper')).toMatchObject({
    ScheduleExpression: 'rate(5 minutes)',
    Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } }],
  });
  expect(propertiesOf(service, 'AWS::Lambda::EventInvokeConfig')).toEqual([expect.objectContaining(once)]);
});
