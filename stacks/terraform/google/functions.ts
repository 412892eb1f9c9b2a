import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member/index.js';
import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job/index.js';
import { Cloudfunctions2Function } from '@cdktf/provider-google/lib/cloudfunctions2-function/index.js';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket/index.js';
import { StorageBucketObject } from '@cdktf/provider-google/lib/storage-bucket-object/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { pushes, scheduleOf, type Timer, timerNames, timers } from '../../model/clouds/google-topology.ts';
import { type CloudService, cloudServices, pushesOfInstance, scalingOf } from '../../model/clouds/scaling.ts';
import { physicalName } from '../../model/names.ts';
import { services } from '../../model/services.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import type { Code } from '../code.ts';
import type { CommonInputs } from '../inputs.ts';
import { settingsOf } from '../settings.ts';
import type { Identities } from './identities.ts';
import type { Messages } from './messages.ts';

export interface FunctionsProps {
  readonly stage: Stage;
  readonly project: string;
  readonly region: string;
  readonly database: string;
  readonly inputs: CommonInputs;
  readonly identities: Identities;
  readonly messages: Messages;
  readonly codeOf: (service: CloudService) => Code;
  readonly after: ITerraformDependable[];
}

type FunctionName = CloudService | Timer;

const google = { issuer: 'https://accounts.google.com', keys: 'https://www.googleapis.com/oauth2/v3/certs' };

/** A Cloud Run function for each service. Only the load balancer reaches the API, only Google's callers the workers. */
export class Functions extends Construct {
  private readonly props: FunctionsProps;
  private readonly sources: StorageBucket;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.props = props;
    const { stage, project, region, messages } = props;
    this.sources = new StorageBucket(this, 'Sources', {
      name: `${project}-${physicalName(stage.name, 'sources')}`,
      location: region,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      forceDestroy: !stage.keepData,
      versioning: { enabled: true },
    });
    for (const service of cloudServices) this.add(service, service);
    for (const push of pushes) messages.push(push, this.urlOf(push.service));
    for (const name of timerNames) {
      if (name !== timers[name]) this.add(name, timers[name]);
      this.addJob(name);
    }
  }

  /** As the load balancer asks for it. */
  nameOf(service: CloudService): string {
    return physicalName(this.props.stage.name, service);
  }

  /** Known before the function is there, so that its variables can name it. */
  private urlOf(name: FunctionName): string {
    const { project, region, stage } = this.props;
    return `https://${region}-${project}.cloudfunctions.net/${physicalName(stage.name, name)}`;
  }

  private add(name: FunctionName, service: CloudService): void {
    const { stage, project, region, identities, codeOf, after } = this.props;
    const isApi = services[service].trigger.kind === 'api';
    const { memoryMb, timeoutSeconds } = stage.functions[service];
    const { minInstances, maxInstances } =
      name in timers ? { minInstances: 0, maxInstances: 1 } : scalingOf(stage, service);
    const { path, hash } = codeOf(service);
    const source = new StorageBucketObject(this, `${name}-source`, {
      bucket: this.sources.name,
      name: `${name}-${hash}.zip`,
      source: path,
    });
    const cloudFunction = new Cloudfunctions2Function(this, name, {
      project,
      name: physicalName(stage.name, name),
      location: region,
      buildConfig: {
        runtime: 'nodejs24',
        entryPoint: name,
        source: { storageSource: { bucket: this.sources.name, object: source.name } },
      },
      serviceConfig: {
        availableMemory: `${memoryMb}M`,
        // A whole processor: with less, an instance serves one request at a time.
        availableCpu: '1',
        timeoutSeconds,
        minInstanceCount: minInstances,
        maxInstanceCount: maxInstances,
        maxInstanceRequestConcurrency: isApi ? 20 : pushesOfInstance,
        ingressSettings: isApi ? 'ALLOW_INTERNAL_AND_GCLB' : 'ALLOW_INTERNAL_ONLY',
        serviceAccountEmail: identities.of(service).email,
        environmentVariables: this.variablesOf(name, service, isApi),
      },
      dependsOn: after,
    });
    new CloudRunV2ServiceIamMember(this, `${name}-callers`, {
      project,
      location: region,
      name: cloudFunction.name,
      role: 'roles/run.invoker',
      // Customers' tokens are not Google's: the function checks them, and that the load balancer sent the request.
      member: isApi ? 'allUsers' : identities.pusher.member,
    });
  }

  private variablesOf(name: FunctionName, service: CloudService, isApi: boolean): Record<string, string> {
    const { stage, inputs, identities, messages, database } = this.props;
    return {
      ...settingsOf(stage, service, inputs, inputs.originSecret),
      ...messages.namesFor(service),
      FIRESTORE_DATABASE: database,
      // Without it the framework would answer malformed bodies with a stack trace.
      NODE_ENV: 'production',
      ...(!isApi && {
        PUSH_ISSUER: google.issuer,
        PUSH_KEYS_URL: google.keys,
        PUSH_AUDIENCE: this.urlOf(name),
        PUSH_ACCOUNT: identities.pusher.email,
      }),
    };
  }

  private addJob(timer: Timer): void {
    const { stage, project, region, identities } = this.props;
    new CloudSchedulerJob(this, `${timer}-job`, {
      project,
      region,
      name: physicalName(stage.name, timer),
      schedule: scheduleOf(timer, stage),
      httpTarget: {
        httpMethod: 'POST',
        uri: this.urlOf(timer),
        oidcToken: { serviceAccountEmail: identities.pusher.email, audience: this.urlOf(timer) },
      },
    });
  }
}
