import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Alarm, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  EventSourceMapping,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { allow } from '../../../stacks/aws/iam-grants.ts';
import { output } from '../../../stacks/aws/outputs.ts';
import { functionArchitecture } from '../../../stacks/model/architecture.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { logStatement, queueTriggerStatement, type Statement, statement } from '../../../stacks/model/statements.ts';
import { routes } from '../functions/contracts.ts';
import { hiddenSeconds, maxReceives, stageName, workerSeconds } from '../settings.ts';
import type { FunctionName } from './bundle.ts';

export interface JobsStackProps extends StackProps {
  readonly issuer: string;
  readonly audience: string;
  readonly codeOf: (name: FunctionName) => Code;
}

interface FunctionSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly statements: readonly Statement[];
}

const nameOf = (thing: string) => physicalName(stageName, thing);

/** The whole example: an API, a table, a queue with its dead letters, and a worker. */
export class JobsStack extends Stack {
  readonly #codeOf: JobsStackProps['codeOf'];

  constructor(scope: Construct, id: string, props: JobsStackProps) {
    super(scope, id, props);
    this.#codeOf = props.codeOf;
    const table = new TableV2(this, 'Jobs', {
      tableName: nameOf('jobs'),
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { queue, deadLetters } = this.#addQueue();
    const tableAccess = (...actions: string[]) =>
      statement(
        'JOBS_TABLE',
        actions.map((action) => `dynamodb:${action}`),
        [table.tableArn],
      );
    const send = (name: string, to: Queue) => statement(name, ['sqs:SendMessage'], [to.queueArn]);
    const api = this.#addFunction('api', {
      environment: { JOBS_TABLE: table.tableName, QUEUE_URL: queue.queueUrl },
      timeoutSeconds: 10,
      statements: [tableAccess('GetItem', 'PutItem'), send('QUEUE_URL', queue)],
    });
    const worker = this.#addFunction('worker', {
      environment: { JOBS_TABLE: table.tableName, DEAD_LETTER_URL: deadLetters.queueUrl },
      timeoutSeconds: workerSeconds,
      statements: [
        tableAccess('GetItem', 'UpdateItem'),
        send('DEAD_LETTER_URL', deadLetters),
        queueTriggerStatement(queue.queueArn),
      ],
    });
    new EventSourceMapping(this, 'Messages', {
      target: worker,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    });
    const httpApi = this.#addApi(api, props);
    this.#addAlarms(httpApi, deadLetters);
    output(this, {
      ApiId: httpApi.apiId,
      JobsTable: table.tableName,
      QueueUrl: queue.queueUrl,
      DeadLetterUrl: deadLetters.queueUrl,
    });
  }

  #addQueue() {
    const deadLetters = new Queue(this, 'DeadLetters', {
      queueName: nameOf('requests-dlq'),
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, 'Requests', {
      queueName: nameOf('requests'),
      visibilityTimeout: Duration.seconds(hiddenSeconds),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: maxReceives },
    });
    return { queue, deadLetters };
  }

  #addFunction(name: FunctionName, { environment, timeoutSeconds, statements }: FunctionSettings): LambdaFunction {
    const logGroup = new LogGroup(this, `${name}-logs`, {
      logGroupName: `/aws/lambda/${nameOf(name)}`,
      retention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, `${name}-role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    for (const one of [logStatement(logGroup.logGroupArn), ...statements]) role.addToPolicy(allow(one));
    return new LambdaFunction(this, name, {
      functionName: nameOf(name),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.custom(functionArchitecture),
      handler: 'index.handler',
      code: this.#codeOf(name),
      memorySize: 512,
      timeout: Duration.seconds(timeoutSeconds),
      role,
      logGroup,
      environment: {
        ...environment,
        POWERTOOLS_SERVICE_NAME: `jobs-${name}`,
        POWERTOOLS_METRICS_NAMESPACE: nameOf('metrics'),
      },
    });
  }

  #addApi(handler: LambdaFunction, { issuer, audience }: JobsStackProps): HttpApi {
    const api = new HttpApi(this, 'Api', { apiName: nameOf('api'), createDefaultStage: false });
    const authorizer = new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: [audience] });
    const integration = new HttpLambdaIntegration('jobs', handler);
    for (const { path, method } of routes)
      api.addRoutes({ path, methods: [HttpMethod[method]], integration, authorizer });
    const throttle = { rateLimit: 1_000, burstLimit: 500 };
    new HttpStage(this, 'Stage', { httpApi: api, stageName: '$default', autoDeploy: true, throttle });
    return api;
  }

  /** Alarms for failures that clients or operators would notice too late. */
  #addAlarms(api: HttpApi, deadLetters: Queue): void {
    const watch = (id: string, metric: Metric, threshold: number) =>
      new Alarm(this, id, { alarmName: nameOf(id), metric, threshold, evaluationPeriods: 1 });
    const period = Duration.minutes(1);
    watch('api-errors', api.metricServerError({ period, statistic: Stats.SUM }), 5);
    watch('api-latency', api.metricLatency({ period, statistic: Stats.percentile(99) }), 3_000);
    watch(
      'dead-letters',
      deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }),
      1,
    );
  }
}
