import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { routes } from '../../../functions/contracts/routes.ts';
import { parameterName, physicalName } from '../../../stacks/model/names.ts';
import { apiServices, servicesInStack } from '../../../stacks/model/services.ts';
import { exampleDomain } from '../../../stacks/model/stages/stage-defaults.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { timerWorkers } from '../../../stacks/model/workers.ts';
import { findOneWith, findProperties, findResources, type Resource, synthesize, toText } from './synthesize.ts';

const { service: dev } = synthesize(stages.dev);
const { service: prod } = synthesize(stages.prod);

test('keeps the logical ids of the queues, because a new id would lose the messages', () => {
  const queues = Object.entries(findResources(prod, 'AWS::SQS::Queue'));
  expect(Object.fromEntries(queues.map(([id, { Properties }]) => [Properties.QueueName, id]))).toEqual({
    [physicalName('prod', 'order-requests')]: 'QueuesorderrequestsA803DDA8',
    [physicalName('prod', 'order-requests-dlq')]: 'QueuesorderrequestsdlqECE46A52',
    [physicalName('prod', 'projection-dlq')]: 'Queuesprojectiondlq26B19ABF',
    [physicalName('prod', 'fulfilment-requests')]: 'Queuesfulfilmentrequests3AC81BF9',
    [physicalName('prod', 'fulfilment-requests-dlq')]: 'QueuesfulfilmentrequestsdlqA64EFCCD',
  });
});

const serviceNames = servicesInStack('service');

describe('functions', () => {
  test.each(serviceNames)('%s runs the pinned runtime on arm64 with its own role and log group', (name) => {
    const lambda = findOneWith(dev, 'AWS::Lambda::Function', 'FunctionName', physicalName('dev', name));
    expect(lambda).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
    });
    expect(toText(lambda.Role)).toBe(`<${name}Role>`);
    expect(toText((lambda.LoggingConfig as { LogGroup: unknown }).LogGroup)).toBe(`<${name}Logs>`);
    dev.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: `/aws/lambda/${physicalName('dev', name)}` });
  });

  test('API, queue and stream call the alias live, never a version', () => {
    expect(findProperties(dev, 'AWS::Lambda::Alias').map((alias) => alias.Name)).toEqual(
      serviceNames.map(() => 'live'),
    );
    const called = [
      ...findProperties(dev, 'AWS::ApiGatewayV2::Integration').map((each) => each.IntegrationUri),
      ...findProperties(dev, 'AWS::Lambda::EventSourceMapping').map((each) => each.FunctionName),
      ...findProperties(dev, 'AWS::Lambda::Permission').map((each) => each.FunctionName),
    ].map((uri) => JSON.stringify(uri));
    expect(called.length).toBeGreaterThan(5);
    for (const uri of called) expect(uri).toMatch(/Live[0-9A-F]{8}/);
  });

  test('no function reserves concurrency, which would dead-letter good messages', () => {
    const reserved = findProperties(prod, 'AWS::Lambda::Function').filter(
      (each) => 'ReservedConcurrentExecutions' in each,
    );
    expect(reserved).toEqual([]);
  });

  test('prod provisions catalog and intake, tracks their use, and raises the floor before the sale', () => {
    const targets = findProperties(prod, 'AWS::ApplicationAutoScaling::ScalableTarget');
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
  test('delivers each message five times, then dead-letters it', () => {
    const queue = findOneWith(dev, 'AWS::SQS::Queue', 'QueueName', physicalName('dev', 'order-requests'));
    const redrive = queue.RedrivePolicy as { deadLetterTargetArn: unknown; maxReceiveCount: number };
    expect(redrive.maxReceiveCount).toBe(5);
    expect(toText(redrive.deadLetterTargetArn)).toBe('<Queuesorderrequestsdlq>');
  });

  test('feeds settlement large batches with capped concurrency, and redelivers only failed messages', () => {
    const [mapping] = findProperties(prod, 'AWS::Lambda::EventSourceMapping').filter((each) => each.ScalingConfig);
    expect(mapping).toMatchObject({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 100 },
    });
  });
});

test('sends only new events to projection, and moves failing ones to the failure queue', () => {
  const [mapping = {}] = findProperties(dev, 'AWS::Lambda::EventSourceMapping').filter((each) => each.StartingPosition);
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
  expect(toText(destination)).toBe('<Queuesprojectiondlq>');
});

describe('HTTP API', () => {
  test('keeps its logical id, because a new id would change the URL', () => {
    expect(Object.keys(findResources(prod, 'AWS::ApiGatewayV2::Api'))).toEqual(['FrontDoorApi9446D656']);
  });

  const findRoutes = () => Object.values(findResources(dev, 'AWS::ApiGatewayV2::Route'));
  const findRoute = (key: string): Resource | undefined =>
    findRoutes().find((each) => each.Properties.RouteKey === key);

  test('has the routes of the route table, and a default route', () => {
    const table = routes.map((route) => `${route.method} ${route.path}`);
    expect(
      findRoutes()
        .map((route) => route.Properties.RouteKey)
        .sort(),
    ).toEqual(['$default', ...table].sort());
  });

  test.each(routes)(
    '$method $path requires a token unless its access is public ($access)',
    ({ method, path, access }) => {
      const type = access === 'public' ? 'NONE' : 'JWT';
      expect(findRoute(`${method} ${path}`)?.Properties.AuthorizationType).toBe(type);
    },
  );

  test.each(routes)('$method $path has the throttle of its class, $throttle', ({ method, path, throttle }) => {
    const { ratePerSecond, burst } = stages.prod.api.throttles[throttle];
    const [stage = {}] = findProperties(prod, 'AWS::ApiGatewayV2::Stage');
    expect((stage.RouteSettings as Record<string, object>)[`${method} ${path}`]).toMatchObject({
      ThrottlingRateLimit: ratePerSecond,
      ThrottlingBurstLimit: burst,
    });
  });

  test('trusts the tokens of the user pool', () => {
    const [authorizer = {}] = findProperties(dev, 'AWS::ApiGatewayV2::Authorizer');
    const { Issuer, Audience } = authorizer.JwtConfiguration as { Issuer: unknown; Audience: unknown[] };
    expect(toText(Issuer)).toMatch(/^https:\/\/cognito-idp\.<AWS::Region>\.<AWS::URLSuffix>\/<SsmParameter/);
    expect(Audience.map(toText)).toEqual([expect.stringContaining('SsmParameter')]);
  });

  test('allows only the stage’s CORS origins', () => {
    prod.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { AllowOrigins: [`https://${exampleDomain}`], AllowCredentials: Match.absent() },
    });
  });

  test('adds camelCase CORS keys for the local engine', () => {
    synthesize(stages.local).service.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { allowOrigins: ['*'], allowMethods: Match.arrayWith(['DELETE']) },
    });
  });

  test('logs neither query strings nor IP addresses', () => {
    const [stage = {}] = findProperties(prod, 'AWS::ApiGatewayV2::Stage');
    const { Format } = stage.AccessLogSettings as { Format: string };
    expect(Format).not.toMatch(/sourceIp|path|query|identity/i);
  });
});

test('creates a Function URL for each API function’s alias instead of an HTTP API', () => {
  const { service } = synthesize(stages['local-url']);
  service.resourceCountIs('AWS::ApiGatewayV2::Api', 0);
  const urls = findProperties(service, 'AWS::Lambda::Url');
  expect(urls.map((url) => [url.Qualifier, url.AuthType])).toEqual(apiServices.map(() => ['live', 'NONE']));
  // CDK adds both permissions that a call through the URL needs.
  const open = findProperties(service, 'AWS::Lambda::Permission').filter(({ Principal }) => Principal === '*');
  const byUrl = { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' };
  const invoke = { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true };
  for (const grant of [byUrl, invoke])
    expect(open.filter((one) => one.Action === grant.Action)).toEqual(
      apiServices.map(() => expect.objectContaining(grant)),
    );
  expect(Object.keys(service.toJSON().Outputs)).toEqual(
    expect.arrayContaining(['CatalogUrl', 'IntakeUrl', 'StockUrl']),
  );
});

test('publishes the outputs that clients need', () => {
  const shared = [
    'BusName',
    'FulfilmentDeadLetterUrl',
    'FulfilmentQueueUrl',
    'OrderDeadLetterUrl',
    'OrderQueueUrl',
    'ProjectionDeadLetterUrl',
  ];
  expect(Object.keys(dev.toJSON().Outputs).sort()).toEqual(['ApiId', 'ApiUrl', ...shared].sort());
  dev.hasResourceProperties('AWS::SSM::Parameter', { Name: parameterName('dev', 'ApiUrl') });
});

test('runs the sweeper at the stage’s interval, and does not retry a failed run', () => {
  const { service } = synthesize(stages.prod);
  const once = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 };
  expect(findOneWith(service, 'AWS::Events::Rule', 'Name', physicalName('prod', 'sweeper'))).toMatchObject({
    ScheduleExpression: 'rate(5 minutes)',
    Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } }],
  });
  expect(findProperties(service, 'AWS::Lambda::EventInvokeConfig')).toEqual(
    timerWorkers.map(() => expect.objectContaining(once)),
  );
});
