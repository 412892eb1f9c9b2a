import { CloudwatchEventBus } from '@cdktf/provider-aws/lib/cloudwatch-event-bus/index.js';
import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { busSource } from '../../../functions/contracts/order-event.ts';
import { bindTables, type ResourceBinding } from '../../model/access.ts';
import { apiDomain } from '../../model/edge/routing.ts';
import { retentionEnvironment } from '../../model/environments/retention-environment.ts';
import { serviceEnvironment } from '../../model/environments/service-environment.ts';
import { physicalName } from '../../model/names.ts';
import type { ReleaseHook } from '../../model/operations/release-names.ts';
import { secretName } from '../../model/secrets.ts';
import type { QueueName, ResourceAccess, Service } from '../../model/services.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { queueTriggerStatement, type Statement, streamTriggerStatements } from '../../model/statements.ts';
import { tableName } from '../../model/table-shapes.ts';
import {
  getQueueTrigger,
  getStreamTrigger,
  type QueueWorker,
  type StreamReader,
  type Subscription,
  subscriptions,
} from '../../model/workers.ts';
import type { Code } from '../code.ts';
import type { Account } from './account.ts';
import type { Data } from './data.ts';
import { FunctionUrls } from './function-urls.ts';
import { OrdersHttpApi, type OrdersHttpApiProps } from './http-api.ts';
import type { Issuer } from './issuer.ts';
import { Published } from './outputs.ts';
import { Queues } from './queues.ts';
import { Releases } from './releases.ts';
import { Routing } from './routing.ts';
import { ServiceFunction } from './service-function.ts';
import { pollQueue, readStream, runByTimer } from './triggers.ts';

export interface PartProps {
  readonly stage: Stage;
  readonly account: Account;
  readonly data: Data;
  readonly issuer: Issuer;
  /** The bundle of a service, or of a function that only a deploy runs. */
  readonly codeOf: (name: Service | ReleaseHook | 'publishing') => Code;
  readonly runtime: string;
}

/** All services. It holds no data except the messages in its queues. */
export class ServicePart extends Construct {
  /** Host names of the API, by the CDN's origin id. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Undefined behind Function URLs. */
  readonly apiId: string | undefined;
  private readonly queues: Queues;
  private readonly bus: CloudwatchEventBus;
  private readonly releases: Releases | undefined;

  constructor(scope: Construct, id: string, props: PartProps) {
    super(scope, id);
    const { stage } = props;
    if (stage.releases)
      this.releases = new Releases(this, 'Releases', { ...props, originSecret: props.data.acceptedSecrets });
    this.bus = new CloudwatchEventBus(this, 'Events', { name: physicalName(stage.name, 'events') });
    const rules = new Map(subscriptions.map((one) => [one.worker, this.addRule(stage, one)]));
    this.queues = new Queues(this, 'Queues', stage, rules);
    for (const [worker, rule] of rules) this.addTarget(rule, worker);
    const add = (service: Service, trigger: Statement[] = []) => this.addFunction(service, props, trigger);
    const apiFunctions = { catalog: add('catalog'), intake: add('intake'), stock: add('stock') };
    ({ hosts: this.hosts, apiId: this.apiId } = this.addApi(apiFunctions, props));
    this.addQueueWorker('settlement', props);
    this.addStreamReader('projection', props, 'Projection');
    this.addQueueWorker('fulfilment', props);
    runByTimer(this, 'Sweeps', add('sweeper'), stage, stage.sweeper.everyMinutes);
    const urlOf = (queue: QueueName) => this.queues.find(queue).url;
    new Published(this, 'Published', stage.name, {
      OrderQueueUrl: urlOf('order-requests'),
      OrderDeadLetterUrl: urlOf('order-requests-dlq'),
      FulfilmentQueueUrl: urlOf('fulfilment-requests'),
      FulfilmentDeadLetterUrl: urlOf('fulfilment-requests-dlq'),
      ProjectionDeadLetterUrl: urlOf('projection-dlq'),
      BusName: this.bus.name,
    });
  }

  private addRule(stage: Stage, { name, event }: Subscription): CloudwatchEventRule {
    return new CloudwatchEventRule(this, name, {
      name: physicalName(stage.name, name),
      eventBusName: this.bus.name,
      state: 'ENABLED',
      eventPattern: JSON.stringify({ source: [busSource], 'detail-type': [event] }),
    });
  }

  /** Delivers the published event without the bus's envelope; undeliverable events become dead letters. */
  private addTarget(rule: CloudwatchEventRule, worker: QueueWorker): void {
    const { queue, deadLetters } = getQueueTrigger(worker);
    new CloudwatchEventTarget(this, `${worker}-target`, {
      rule: rule.name,
      eventBusName: this.bus.name,
      targetId: 'Target0',
      arn: this.queues.find(queue).arn,
      inputPath: '$.detail',
      deadLetterConfig: { arn: this.queues.find(deadLetters).arn },
    });
  }

  private addQueueWorker(service: QueueWorker, props: PartProps): void {
    const queue = this.queues.find(getQueueTrigger(service).queue);
    const worker = this.addFunction(service, props, [queueTriggerStatement(queue.arn)]);
    pollQueue(this, `${service}-queue`, { worker, queue, settings: props.stage[service] });
  }

  private addFunction(service: Service, props: PartProps, trigger: Statement[]): ServiceFunction {
    const { stage, account, data, issuer } = props;
    const added = new ServiceFunction(this, service, {
      stage,
      account,
      service,
      code: props.codeOf(service),
      runtime: props.runtime,
      bind: (access) => this.bind(access, props),
      trigger,
      environment: {
        ...serviceEnvironment(stage, service, {
          ...(stage.api.kind === 'function-url' && { tokens: issuer }),
          originSecret: data.acceptedSecrets,
        }),
        ...retentionEnvironment(stage, service),
      },
    });
    if (this.releases) added.release?.node.addDependency(this.releases);
    return added;
  }

  private addApi(functions: OrdersHttpApiProps['functions'], props: PartProps): Pick<ServicePart, 'hosts' | 'apiId'> {
    const { stage } = props;
    const { api } = stage;
    if (api.kind === 'http-api') {
      const httpApi = new OrdersHttpApi(this, 'FrontDoor', { ...props, settings: api, functions });
      new Published(this, 'Api', stage.name, { ApiId: httpApi.api.id, ApiUrl: httpApi.api.apiEndpoint });
      return {
        hosts: { api: this.addRouting(httpApi, props) ?? toHost(httpApi.api.apiEndpoint) },
        apiId: httpApi.api.id,
      };
    }
    const { urls } = new FunctionUrls(this, 'FrontDoor', { stage, functions });
    new Published(this, 'Urls', stage.name, {
      CatalogUrl: urls.catalog,
      IntakeUrl: urls.intake,
      StockUrl: urls.stock,
    });
    const hosts = { catalog: toHost(urls.catalog), intake: toHost(urls.intake), stock: toHost(urls.stock) };
    return { hosts, apiId: undefined };
  }

  /** @returns the API's common name in all regions; undefined in a stage of one */
  private addRouting({ stage: apiStage }: OrdersHttpApi, { stage, account }: PartProps): string | undefined {
    const [name, { domain }] = [apiDomain(stage), stage.edge];
    if (name !== undefined && domain) new Routing(this, 'Routing', { stage, account, domain, name, apiStage });
    return name;
  }

  private addStreamReader(service: StreamReader, props: PartProps, id = `${service}-stream`): void {
    const { stage, account, data } = props;
    const { table, records, failures } = getStreamTrigger(service);
    const streamArn = data.streamArns.orders;
    const statements = streamTriggerStatements(streamArn, account.tableArn(tableName(stage, table)));
    readStream(this, id, this.addFunction(service, props, statements), {
      ...{ streamArn, records },
      settings: stage[service],
      failures: this.queues.find(failures),
      partialFailures: true,
    });
  }

  private bind(access: ResourceAccess, { stage, account }: PartProps): ResourceBinding {
    switch (access.kind) {
      case 'table':
        return bindTables(stage, access, (name, region) => account.tableArn(name, region));
      case 'queue': {
        const queue = this.queues.find(access.queue);
        return { value: queue.url, arns: [queue.arn] };
      }
      case 'bus':
        return { value: this.bus.name, arns: [this.bus.arn] };
      case 'secret': {
        const value = secretName(stage, access.secret);
        return { value, arns: [account.secretArn(value)] };
      }
      case 'cdn':
        throw new Error(`services: ${access.env} names the CDN, which only services of the edge can access`);
    }
  }
}

/** https://host/ -> host */
const toHost = (url: string): string => Fn.element(Fn.split('/', url), 2);
