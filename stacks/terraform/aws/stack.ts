import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { TerraformStack, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { checkStage } from '../../model/checks/check-stage.ts';
import { hasPerimeter, perimeterRegion } from '../../model/edge/perimeter-rows.ts';
import { nameInAccount, project } from '../../model/names.ts';
import { edgeAlarmRows, watchesEdge } from '../../model/operations/api-alarm-rows.ts';
import type { ReleaseHook } from '../../model/operations/release-names.ts';
import type { Service } from '../../model/services.ts';
import { hasRegions, isHome } from '../../model/stages/regions.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import type { Code } from '../code.ts';
import { addState, terraformVersion } from '../state.ts';
import { Account } from './account.ts';
import { Data } from './data.ts';
import { DeployRole } from './deploy-role.ts';
import { Edge } from './edge/edge.ts';
import { Perimeter } from './edge/perimeter.ts';
import { buildIssuer } from './issuer.ts';
import { addAlarms } from './operations/alarms.ts';
import { Operations } from './operations/operations.ts';
import { ServicePart } from './service.ts';

export interface AwsStackProps {
  readonly stage: Stage;
  readonly codeOf: (scope: Construct, name: Service | ReleaseHook | 'publishing') => Code;
}

/**
 * The parts of a stage in data-flow order, in one state: one plan shows every effect of a change, and resources that
 * must survive have `prevent_destroy`. Account and region come from the credentials that apply it.
 */
export default class AwsStack extends TerraformStack {
  constructor(scope: Construct, { stage, codeOf }: AwsStackProps) {
    super(scope, nameInAccount(stage, 'aws'));
    checkStage(stage);
    const perimeterProvider = this.addProviders(stage);
    const runtime = new TerraformVariable(this, 'runtime', {
      type: 'string',
      default: 'nodejs24.x',
      description: "The functions' runtime. Version 5 of the provider supports runtimes up to nodejs22.x",
    }).stringValue;
    const account = new Account(this, 'Account', stage);
    const data = new Data(this, 'Data', { stage, account });
    const issuer = buildIssuer(stage, account, data);
    const parts = {
      stage,
      account,
      data,
      issuer,
      runtime,
      codeOf: (name: Service | ReleaseHook | 'publishing') => codeOf(this, name),
    };
    const service = new ServicePart(this, 'Service', parts);
    const perimeter = hasPerimeter(stage)
      ? new Perimeter(this, 'Perimeter', { stage, provider: perimeterProvider })
      : undefined;
    const edge = isHome(stage) ? new Edge(this, 'Edge', { ...parts, service, perimeter }) : undefined;
    new Operations(this, 'Operations', { stage, account, apiId: service.apiId });
    if (stage.deploy) new DeployRole(this, 'Deploy', { stage, account, deploy: stage.deploy });
    if (!edge || !watchesEdge(stage)) return;
    addAlarms(new Construct(this, 'EdgeAlarms'), {
      ...{ stage, account, topic: 'edge-alarms', provider: perimeterProvider },
      rows: edgeAlarmRows(stage, edge.distributionId),
    });
  }

  private addProviders(stage: Stage): AwsProvider {
    const emulator = new TerraformVariable(this, 'emulator', {
      type: 'bool',
      default: false,
      description: 'Whether to apply to the emulator at AWS_ENDPOINT_URL',
    });
    const common = {
      defaultTags: [{ tags: { project, stage: stage.name } }],
      s3UsePathStyle: emulator.booleanValue,
      skipCredentialsValidation: emulator.booleanValue,
      skipMetadataApiCheck: emulator.stringValue,
      skipRequestingAccountId: emulator.booleanValue,
    };
    new AwsProvider(this, 'aws', common);
    addState(this, stage, 'aws');
    this.addOverride('terraform.required_version', terraformVersion(stage));
    this.addOverride('terraform.required_providers.aws', { source: 'hashicorp/aws', version: providerVersions(stage) });
    return new AwsProvider(this, 'perimeter', { ...common, alias: 'perimeter', region: perimeterRegion });
  }
}

/**
 * The bindings are for 6.25; the stacks use only what 5.100 has too, except warm throughput and protected copies. The
 * permission of a Function URL needs 6.29.
 */
function providerVersions(stage: Stage): string {
  if (stage.api.kind === 'function-url') return '>= 6.29, < 7';
  const warm = Object.values(stage.tables).some((table) => table.mode === 'on-demand' && table.warm !== null);
  return warm || (hasRegions(stage) && stage.deletionProtection) ? '>= 6.25, < 7' : '>= 5.100, < 7';
}
