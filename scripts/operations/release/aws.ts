import { setTimeout as sleep } from 'node:timers/promises';
import { CodeDeployClient, CreateDeploymentCommand, GetDeploymentCommand } from '@aws-sdk/client-codedeploy';
import {
  GetAliasCommand,
  LambdaClient,
  paginateListVersionsByFunction,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import { releaseApplication } from '../../../stacks/model/operations/release-names.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { ClientConfig } from '../../sale/check/read-stores.ts';
import { type ReleasePorts, toAppSpec, type Waiting } from './run.ts';

export interface ReleaseOptions {
  /** Continues while an alarm fires: for a version that fixes what the alarm reports. */
  readonly withoutAlarms: boolean;
}

/** Release ports of Lambda and CodeDeploy. */
export function awsRelease(
  stage: Stage,
  config: ClientConfig,
  { withoutAlarms }: ReleaseOptions,
): Omit<ReleasePorts, 'onStep'> {
  const lambda = new LambdaClient(config);
  const codeDeploy = new CodeDeployClient(config);
  return {
    async readVersions(service) {
      const FunctionName = physicalName(stage.name, service);
      try {
        const { FunctionVersion: from = '' } = await lambda.send(
          new GetAliasCommand({ FunctionName, Name: aliasName }),
        );
        return { from, to: await findNewest(lambda, FunctionName) };
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    start: (waiting) => startDeployment(codeDeploy, stage, waiting, withoutAlarms),
    async readStatus(deploymentId) {
      const { deploymentInfo } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
      const { status = 'Created', errorInformation, rollbackInfo } = deploymentInfo ?? {};
      return { status, message: errorInformation?.message ?? rollbackInfo?.rollbackMessage ?? '' };
    },
    sleep: (ms) => sleep(ms),
  };
}

async function startDeployment(
  codeDeploy: CodeDeployClient,
  stage: Stage,
  waiting: Waiting,
  withoutAlarms: boolean,
): Promise<string> {
  const nameOf = (thing: string) => physicalName(stage.name, thing);
  const functionName = nameOf(waiting.service);
  const names = { functionName, alias: aliasName, before: nameOf('rehearsal'), after: nameOf('inspection') };
  const { deploymentId } = await codeDeploy.send(
    new CreateDeploymentCommand({
      applicationName: releaseApplication(stage),
      deploymentGroupName: waiting.service,
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content: toAppSpec(waiting, names) } },
      ...(withoutAlarms && { overrideAlarmConfiguration: { enabled: false, alarms: [] } }),
    }),
  );
  if (deploymentId === undefined) throw new Error(`CodeDeploy named no deployment of ${functionName}`);
  return deploymentId;
}

/** Versions are increasing numbers; `$LATEST` is not one. */
async function findNewest(client: LambdaClient, FunctionName: string): Promise<string> {
  const numbers: number[] = [];
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client }, { FunctionName }))
    numbers.push(...Versions.map(({ Version }) => Number(Version)).filter((number) => Number.isInteger(number)));
  return String(numbers.reduce((most, number) => Math.max(most, number), 0));
}
