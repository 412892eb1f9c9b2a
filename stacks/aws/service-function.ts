import { Duration, RemovalPolicy, TimeZone, Validations } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  type CfnAlias,
  type Code,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { accessOf, type ResourceBinding } from '../model/access.ts';
import { functionArchitecture } from '../model/architecture.ts';
import { aliasName, physicalName } from '../model/names.ts';
import type { ResourceAccess, Service } from '../model/services.ts';
import type { ProvisionedConcurrency, Stage } from '../model/stages/stage-settings.ts';
import { logStatement, statementsFor } from '../model/statements.ts';
import { allow } from './iam-grants.ts';
import { Release } from './releases.ts';
import { toRemovalPolicy } from './table.ts';

export interface ServiceFunctionProps {
  readonly stage: Stage;
  readonly service: Service;
  readonly code: Code;
  readonly bind: (access: ResourceAccess) => ResourceBinding;
  /** In addition to the resource variables. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A function with its own role, log group and alias. Callers use the alias, never the function. */
export class ServiceFunction extends Construct {
  readonly service: Service;
  readonly role: Role;
  readonly alias: Alias & IFunction;
  /** Undefined where a deploy moves all calls at once. */
  readonly release: Release | undefined;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { stage, service } = props;
    this.service = service;
    const name = physicalName(stage.name, service);
    const settings = stage.functions[service];
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${name}`,
      retention: stage.logRetentionDays as RetentionDays,
      removalPolicy: toRemovalPolicy(stage),
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    // Not the managed policy AWSLambdaBasicExecutionRole: it allows writes to every log group of the account.
    this.role.addToPolicy(allow(logStatement(logGroup.logGroupArn)));
    const lambda = new LambdaFunction(this, 'Function', {
      functionName: name,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.custom(functionArchitecture),
      handler: 'index.handler',
      code: props.code,
      memorySize: settings.memoryMb,
      timeout: Duration.seconds(settings.timeoutSeconds),
      tracing: stage.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      role: this.role,
      logGroup,
      environment: { ...props.environment },
      currentVersionOptions: { removalPolicy: stage.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY },
    });
    const reason = 'X-Ray has no resource-level permissions: its two actions need a wildcard';
    Validations.of(this.role).acknowledge({ id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]', reason });
    for (const access of accessOf(stage, service)) this.bindResource(lambda, access, props.bind(access));
    // The casts: CDK's classes do not satisfy its own interfaces under exactOptionalPropertyTypes.
    const version = lambda.currentVersion as IVersion;
    this.alias = new Alias(this, 'Live', { aliasName, version }) as Alias & IFunction;
    if (settings.provisioned) this.provision(settings.provisioned);
    const { releases } = stage;
    const alias = this.alias.node.defaultChild as CfnAlias;
    if (releases) this.release = new Release(this, 'Release', { stage, releases, service, alias, version });
  }

  /** Sets the variable and grants the permission. */
  private bindResource(lambda: LambdaFunction, access: ResourceAccess, bound: ResourceBinding): void {
    lambda.addEnvironment(access.env, bound.value);
    for (const statement of statementsFor(access, bound.arns)) this.role.addToPolicy(allow(statement));
  }

  /** Not set on the alias itself: each deploy would reset it, even during a sale. */
  private provision(settings: ProvisionedConcurrency): void {
    const target = this.alias.addAutoScaling({
      minCapacity: settings.minEnvironments,
      maxCapacity: settings.maxEnvironments,
    });
    target.scaleOnUtilization({ utilizationTarget: settings.targetUtilization });
    for (const floor of settings.floors) {
      target.scaleOnSchedule(floor.name, {
        schedule: Schedule.expression(`cron(${floor.cron})`),
        timeZone: TimeZone.of(floor.timeZone),
        minCapacity: floor.minEnvironments,
      });
    }
  }
}
