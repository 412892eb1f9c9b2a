import { UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { physicalName } from '../../../stacks/model/names.ts';
import { serviceNames, servicesInStack } from '../../../stacks/model/services.ts';
import { isHome } from '../../../stacks/model/stages/regions.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { concurrencyByService } from '../api/capacity.ts';
import { lacks } from '../engine/engines.ts';
import type { Clients, Target } from '../engine/target.ts';
import { deployedStage } from './deployed-stage.ts';
import type { Template } from './templates.ts';

/** Sets template properties that the engine accepted but ignored, through the SDK. */
export async function reapplyDroppedSettings(
  sdk: Clients,
  { engine, region }: Pick<Target, 'engine' | 'region'>,
  stage: string,
  templates: readonly Template[],
): Promise<void> {
  const work: Promise<unknown>[] = [];
  if (lacks(engine, 'ttl-by-template')) work.push(reapplyTimeToLive(sdk, templates));
  if (lacks(engine, 'share-of-workers')) work.push(shareWorkers(sdk, deployedStage({ stage, region })));
  await Promise.all(work);
}

async function reapplyTimeToLive({ dynamodb }: Clients, templates: readonly Template[]): Promise<void> {
  for (const { Type, Properties } of templates.flatMap((template) => Object.values(template.Resources))) {
    const ttl = Properties?.TimeToLiveSpecification;
    if (!Type.startsWith('AWS::DynamoDB::') || !ttl?.AttributeName || !Properties?.TableName) continue;
    const specification = { AttributeName: ttl.AttributeName, Enabled: ttl.Enabled ?? true };
    const input = { TableName: Properties.TableName, TimeToLiveSpecification: specification };
    await dynamodb.send(new UpdateTimeToLiveCommand(input));
  }
}

/** Not in the template: on AWS the functions share the account's 1,000 executions, but here one machine's memory. */
async function shareWorkers({ lambda }: Clients, stage: Stage): Promise<void> {
  // Functions that call the CDN are deployed only in the home region.
  const deployed = isHome(stage) ? serviceNames : servicesInStack('service');
  const shares = deployed.map((service) => ({
    FunctionName: physicalName(stage.name, service),
    ReservedConcurrentExecutions: concurrencyByService[service],
  }));
  await Promise.all(shares.map((share) => lambda.send(new PutFunctionConcurrencyCommand(share))));
}
