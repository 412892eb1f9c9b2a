import { AppautoscalingPolicy } from '@cdktf/provider-aws/lib/appautoscaling-policy/index.js';
import { AppautoscalingScheduledAction } from '@cdktf/provider-aws/lib/appautoscaling-scheduled-action/index.js';
import { AppautoscalingTarget } from '@cdktf/provider-aws/lib/appautoscaling-target/index.js';
import { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { Construct } from 'constructs';
import { accessOf, type ResourceBinding } from '../../model/access.ts';
import { aliasName } from '../../model/names.ts';
import type { ResourceAccess, Service } from '../../model/services.ts';
import type { ProvisionedConcurrency, Stage } from '../../model/stages/stage-settings.ts';
import { type Statement, statementsFor } from '../../model/statements.ts';
import type { Code } from '../code.ts';
import type { Account } from './account.ts';
import { addLambda } from './lambda.ts';
import { Release } from './releases.ts';

export interface ServiceFunctionProps {
  readonly stage: Stage;
  readonly account: Account;
  readonly service: Service;
  readonly code: Code;
  readonly runtime: string;
  readonly bind: (access: ResourceAccess) => ResourceBinding;
  /** In addition to the resource variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Permissions that its trigger needs. @default none */
  readonly trigger?: readonly Statement[];
}

/** A function and its alias. Callers use the alias, never the function. */
export class ServiceFunction extends Construct {
  readonly service: Service;
  readonly lambda: LambdaFunction;
  readonly alias: LambdaAlias;
  /** Undefined where an apply moves all calls at once. */
  readonly release: Release | undefined;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { stage, service } = props;
    const { releases } = stage;
    this.service = service;
    const { memoryMb, timeoutSeconds, provisioned } = stage.functions[service];
    const bound = accessOf(stage, service).map((access) => ({ access, ...props.bind(access) }));
    this.lambda = addLambda(this, {
      stage,
      name: service,
      code: props.code,
      runtime: props.runtime,
      memoryMb,
      timeoutSeconds,
      tracing: stage.tracing,
      environment: {
        ...props.environment,
        ...Object.fromEntries(bound.map(({ access, value }) => [access.env, value])),
      },
      statements: [...bound.flatMap(({ access, arns }) => statementsFor(access, arns)), ...(props.trigger ?? [])],
    });
    this.alias = new LambdaAlias(this, 'Live', {
      name: aliasName,
      functionName: this.lambda.functionName,
      functionVersion: this.lambda.version,
      // A release moves the alias; otherwise each apply would move all calls at once.
      ...(releases && { lifecycle: { ignoreChanges: ['function_version', 'routing_config'] } }),
    });
    const { lambda } = this;
    if (releases)
      this.release = new Release(this, 'Release', { stage, releases, account: props.account, service, lambda });
    if (provisioned) this.provision(provisioned);
  }

  /** Not set on the alias itself: each apply would reset it, even during a sale. */
  private provision(settings: ProvisionedConcurrency): void {
    const target = new AppautoscalingTarget(this, 'Scaling', {
      serviceNamespace: 'lambda',
      resourceId: `function:${this.alias.functionName}:${this.alias.name}`,
      scalableDimension: 'lambda:function:ProvisionedConcurrency',
      minCapacity: settings.minEnvironments,
      maxCapacity: settings.maxEnvironments,
      // The schedule changes the floor.
      lifecycle: { ignoreChanges: ['min_capacity'] },
    });
    const { serviceNamespace, resourceId, scalableDimension } = target;
    new AppautoscalingPolicy(this, 'Tracking', {
      name: 'tracking',
      policyType: 'TargetTrackingScaling',
      ...{ serviceNamespace, resourceId, scalableDimension },
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
        targetValue: settings.targetUtilization,
      },
    });
    for (const floor of settings.floors)
      new AppautoscalingScheduledAction(this, floor.name, {
        name: floor.name,
        ...{ serviceNamespace, resourceId, scalableDimension },
        schedule: `cron(${floor.cron})`,
        timezone: floor.timeZone,
        scalableTargetAction: { minCapacity: String(floor.minEnvironments) },
      });
  }
}
