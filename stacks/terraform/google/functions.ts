import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member/index.js';
import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job/index.js';
import { Cloudfunctions2Function } from '@cdktf/provider-google/lib/cloudfunctions2-function/index.js';
import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket/index.js';
import { StorageBucketObject } from '@cdktf/provider-google/lib/storage-bucket-object/index.js';
import { Construct } from 'constructs';
import { cpuPerInstance, requestsPerInstance, toGoogleScaling } from '../../model/clouds/google-scaling.ts';
import { pushes, type Timer, timerNames, timers, toSchedule } from '../../model/clouds/google-topology.ts';
import { type CloudService, cloudServices, pushesPerInstance } from '../../model/clouds/scaling.ts';
import { serviceEnvironment } from '../../model/environments/service-environment.ts';
import { bucketName, physicalName } from '../../model/names.ts';
import { services } from '../../model/services.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import type { Code } from '../code.ts';
import type { CommonInputs } from '../inputs.ts';
import { Wait } from '../wait.ts';
import type { Identities } from './identities.ts';
import type { Messages } from './messages.ts';
import type { Secrets } from './secrets.ts';

export interface FunctionsProps {
  readonly stage: Stage;
  readonly project: string;
  readonly projectNumber: string;
  readonly region: string;
  readonly database: string;
  readonly inputs: CommonInputs;
  readonly identities: Identities;
  readonly messages: Messages;
  readonly secrets: Secrets;
  readonly codeOf: (service: CloudService) => Code;
}

type FunctionName = CloudService | Timer;

/** The same wait for a new grant as in the provider's own example. */
const grantSeconds = 60;

const google = { issuer: 'https://accounts.google.com', keys: 'https://www.googleapis.com/oauth2/v3/certs' };

/** A Cloud Run function per service. Only the load balancer reaches the API; only Pub/Sub and Scheduler the workers. */
export class Functions extends Construct {
  private readonly props: FunctionsProps;
  private readonly sources: StorageBucket;
  private readonly builderReady: Wait;
  private readonly made = new Map<FunctionName, Cloudfunctions2Function>();

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.props = props;
    const { stage, project, region, identities, messages } = props;
    this.sources = new StorageBucket(this, 'Sources', {
      name: bucketName(project, stage.name, 'sources'),
      location: region,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      forceDestroy: !stage.keepData,
      versioning: { enabled: true },
    });
    this.builderReady = new Wait(this, 'BuilderReady', { seconds: grantSeconds, after: identities.builderRights });
    for (const service of cloudServices) this.add(service, service);
    for (const push of pushes) messages.push(push, this.urlOf(push.service));
    for (const name of timerNames) {
      if (name !== timers[name]) this.add(name, timers[name]);
      this.addJob(name);
    }
  }

  /** Name of the bucket with the code. */
  get sourceBucket(): string {
    return this.sources.name;
  }

  /** The name of the function's Cloud Run service. */
  nameOf(service: CloudService): string {
    const made = this.made.get(service);
    if (!made) throw new Error(`service: must be one of ${cloudServices.join(', ')}, got '${service}'`);
    return made.name;
  }

  /**
   * The deterministic URL of the function's Cloud Run service, so that the function's own variables can contain it.
   * Internal ingress accepts Pub/Sub and Scheduler only here, not at cloudfunctions.net:
   * https://cloud.google.com/run/docs/securing/ingress
   */
  private urlOf(name: FunctionName): string {
    const { projectNumber, region, stage } = this.props;
    return `https://${physicalName(stage.name, name)}-${projectNumber}.${region}.run.app`;
  }

  private add(name: FunctionName, service: CloudService): void {
    const { stage, project, region, identities, secrets, codeOf } = this.props;
    const isApi = services[service].trigger.kind === 'api';
    const { memoryMb, timeoutSeconds } = stage.functions[service];
    const { minInstances, maxInstances } =
      name in timers ? { minInstances: 0, maxInstances: 1 } : toGoogleScaling(stage, service);
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
        serviceAccount: identities.builder.id,
        source: { storageSource: { bucket: this.sources.name, object: source.name } },
      },
      serviceConfig: {
        availableMemory: `${memoryMb}M`,
        availableCpu: String(cpuPerInstance),
        timeoutSeconds,
        minInstanceCount: minInstances,
        maxInstanceCount: maxInstances,
        maxInstanceRequestConcurrency: isApi ? requestsPerInstance : pushesPerInstance,
        ingressSettings: isApi ? 'ALLOW_INTERNAL_AND_GCLB' : 'ALLOW_INTERNAL_ONLY',
        serviceAccountEmail: identities.of(service).email,
        environmentVariables: this.buildVariables(name, service, isApi),
        secretVolumes: secrets.volumesFor(service),
      },
      // An instance does not start before it may read its secret.
      dependsOn: [this.builderReady, ...secrets.neededBy(service)],
    });
    this.made.set(name, cloudFunction);
    this.allowCallers(name, cloudFunction.name, isApi);
  }

  private allowCallers(name: FunctionName, cloudRunService: string, isApi: boolean): void {
    const { project, region, identities } = this.props;
    new CloudRunV2ServiceIamMember(this, `${name}-callers`, {
      project,
      location: region,
      name: cloudRunService,
      role: 'roles/run.invoker',
      // IAM cannot check customers' tokens: the function verifies them, and that the load balancer sent the request.
      member: isApi ? 'allUsers' : identities.pusher.member,
    });
  }

  private buildVariables(name: FunctionName, service: CloudService, isApi: boolean): Record<string, string> {
    const { stage, inputs, identities, messages, secrets, database } = this.props;
    return {
      ...serviceEnvironment(stage, service, { tokens: inputs, originSecret: inputs.acceptedSecrets }),
      ...messages.namesFor(service),
      ...secrets.variablesFor(service),
      FIRESTORE_DATABASE: database,
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
      schedule: toSchedule(timer, stage),
      httpTarget: {
        httpMethod: 'POST',
        uri: this.urlOf(timer),
        oidcToken: { serviceAccountEmail: identities.pusher.email, audience: this.urlOf(timer) },
      },
    });
  }
}
