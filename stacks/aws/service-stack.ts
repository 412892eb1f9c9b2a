import { Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { bindTables, type ResourceBinding } from '../model/access.ts';
import { apiDomain } from '../model/edge/routing.ts';
import { retentionEnvironment } from '../model/environments/retention-environment.ts';
import { serviceEnvironment } from '../model/environments/service-environment.ts';
import { physicalName } from '../model/names.ts';
import type { ReleaseHook } from '../model/operations/release-names.ts';
import { secretName } from '../model/secrets.ts';
import type { ResourceAccess, Service } from '../model/services.ts';
import type { Stage } from '../model/stages/stage-settings.ts';
import {
  getQueueTrigger,
  getStreamTrigger,
  type QueueWorker,
  type StreamReader,
  type Subscription,
  subscriptions,
  type TimerWorker,
} from '../model/workers.ts';
import { BusSubscription } from './bus-subscription.ts';
import { acceptedSecretsReference } from './edge/origin-secret.ts';
import { FunctionUrls, type FunctionUrlsProps } from './function-urls.ts';
import { OrdersHttpApi } from './http-api.ts';
import { secretArn, tableArn } from './iam-grants.ts';
import { buildIssuer, type Issuer } from './issuer.ts';
import { publish, publishedValue } from './outputs.ts';
import { QueuePoller } from './queue-poller.ts';
import { Queues } from './queues.ts';
import { Releases } from './releases.ts';
import { Routing } from './routing.ts';
import { ServiceFunction } from './service-function.ts';
import { StreamWorker } from './stream-worker.ts';
import { Timer } from './timer.ts';

export interface ServiceStackProps extends StackProps {
  readonly stage: Stage;
  /** The bundle of a service, or of a release's hook. */
  readonly codeOf: (name: Service | ReleaseHook) => Code;
}

/** All services. It holds no data except the messages in its queues. */
export class ServiceStack extends Stack {
  private readonly stage: Stage;
  private readonly queues: Queues;
  private readonly bus: EventBus;
  private readonly releases: Releases | undefined;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    this.stage = props.stage;
    const issuer = buildIssuer(this, props.stage);
    if (props.stage.releases) this.releases = new Releases(this, 'Releases', props);
    this.queues = new Queues(this, 'Queues', { stage: props.stage });
    this.bus = new EventBus(this, 'Events', { eventBusName: physicalName(props.stage.name, 'events') });
    const add = (service: Service) => this.addFunction(service, props.codeOf(service), issuer);

    const apiFunctions = { catalog: add('catalog'), intake: add('intake'), stock: add('stock') };
    this.addApi(apiFunctions, issuer);
    this.addQueueWorker('settlement', add('settlement'));
    this.addStreamReader('projection', add('projection'), 'Projection');
    this.addQueueWorker('fulfilment', add('fulfilment'));
    for (const subscription of subscriptions) this.addSubscription(subscription);
    this.addTimer('sweeper', add('sweeper'), 'Sweeps');

    publish(this, props.stage.name, {
      OrderQueueUrl: this.queues.find('order-requests').queueUrl,
      OrderDeadLetterUrl: this.queues.find('order-requests-dlq').queueUrl,
      FulfilmentQueueUrl: this.queues.find('fulfilment-requests').queueUrl,
      FulfilmentDeadLetterUrl: this.queues.find('fulfilment-requests-dlq').queueUrl,
      ProjectionDeadLetterUrl: this.queues.find('projection-dlq').queueUrl,
      BusName: this.bus.eventBusName,
    });
  }

  private addFunction(service: Service, code: Code, issuer: Issuer): ServiceFunction {
    const secret = acceptedSecretsReference(this.stage);
    const added = new ServiceFunction(this, service, {
      stage: this.stage,
      service,
      code,
      bind: (access) => this.bind(access),
      environment: {
        ...serviceEnvironment(this.stage, service, {
          ...(this.stage.api.kind === 'function-url' && { tokens: issuer }),
          originSecret: secret,
        }),
        ...retentionEnvironment(this.stage, service),
      },
    });
    if (this.releases) added.release?.node.addDependency(this.releases);
    return added;
  }

  private addApi(functions: FunctionUrlsProps['functions'], issuer: Issuer): void {
    const { api } = this.stage;
    if (api.kind === 'http-api') {
      const httpApi = new OrdersHttpApi(this, 'FrontDoor', { stage: this.stage, settings: api, issuer, functions });
      publish(this, this.stage.name, { ApiId: httpApi.api.apiId, ApiUrl: httpApi.api.apiEndpoint });
      this.addRouting(httpApi);
      return;
    }
    const { urls } = new FunctionUrls(this, 'FrontDoor', { stage: this.stage, functions });
    publish(this, this.stage.name, { CatalogUrl: urls.catalog, IntakeUrl: urls.intake, StockUrl: urls.stock });
  }

  private addRouting({ stage: apiStage }: OrdersHttpApi): void {
    const { stage } = this;
    const [name, { domain }] = [apiDomain(stage), stage.edge];
    if (name !== undefined && domain) new Routing(this, 'Routing', { stack: this, stage, domain, name, apiStage });
  }

  private addQueueWorker(service: QueueWorker, worker: ServiceFunction): void {
    const queue = this.queues.find(getQueueTrigger(service).queue);
    new QueuePoller(this, `${service}-queue`, { worker, queue, settings: this.stage[service] });
  }

  private addTimer(service: TimerWorker, worker: ServiceFunction, id = `${service}-timer`): void {
    const { everyMinutes } = this.stage[service];
    new Timer(this, id, { stage: this.stage, worker, everyMinutes });
  }

  private addSubscription({ name, event, worker }: Subscription): void {
    const { queue, deadLetters } = getQueueTrigger(worker);
    new BusSubscription(this, name, {
      stage: this.stage,
      bus: this.bus,
      eventType: event,
      queue: this.queues.find(queue),
      deadLetters: this.queues.find(deadLetters),
    });
  }

  private addStreamReader(service: StreamReader, worker: ServiceFunction, id = `${service}-stream`): void {
    const { table, records, failures } = getStreamTrigger(service);
    new StreamWorker(this, id, {
      ...{ stage: this.stage, worker, table, records },
      streamArn: publishedValue(this, this.stage.name, 'OrdersStreamArn'),
      settings: this.stage[service],
      failures: this.queues.find(failures),
      partialFailures: true,
    });
  }

  private bind(access: ResourceAccess): ResourceBinding {
    switch (access.kind) {
      case 'table':
        return bindTables(this.stage, access, (name, region) => tableArn(this, name, region));
      case 'queue': {
        const queue = this.queues.find(access.queue);
        return { value: queue.queueUrl, arns: [queue.queueArn] };
      }
      case 'bus':
        return { value: this.bus.eventBusName, arns: [this.bus.eventBusArn] };
      case 'secret': {
        const value = secretName(this.stage, access.secret);
        return { value, arns: [secretArn(this, value)] };
      }
      case 'cdn':
        throw new Error(`services: ${access.env} names the CDN, which only services of the edge stack can access`);
    }
  }
}
