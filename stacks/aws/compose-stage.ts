import { type App, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { checkStage } from '../model/checks/check-stage.ts';
import { hasPerimeter } from '../model/edge/perimeter-rows.ts';
import { project, stackName } from '../model/names.ts';
import { hasEdgeAlarms } from '../model/needs/regions.ts';
import type { ReleaseHook } from '../model/operations/release-names.ts';
import type { Service } from '../model/services.ts';
import { isHome } from '../model/stages/regions.ts';
import type { Stage } from '../model/stages/stage-settings.ts';
import { DataStack } from './data-stack.ts';
import { EdgeAlarmsStack } from './edge/edge-alarms-stack.ts';
import { EdgeStack } from './edge/edge-stack.ts';
import { PerimeterStack } from './edge/perimeter-stack.ts';
import type { StorefrontBuild } from './edge/storefront.ts';
import { OperationsStack } from './operations/operations-stack.ts';
import { refuseOtherRegions } from './region.ts';
import { ServiceStack } from './service-stack.ts';

export interface StageProps {
  readonly stage: Stage;
  readonly codeOf: (name: Service | ReleaseHook) => Code;
  readonly storefront: StorefrontBuild;
}

/** The stacks of a stage, in data-flow order. Account and region come from the CLI's profile. */
export function composeStage(app: App, { stage, codeOf, storefront }: StageProps) {
  checkStage(stage);
  const { region } = stage;
  const data = new DataStack(app, stackName(stage.name, 'data'), { stage });
  const service = new ServiceStack(app, stackName(stage.name, 'service'), { stage, codeOf });
  const perimeter = hasPerimeter(stage)
    ? new PerimeterStack(app, stackName(stage.name, 'perimeter'), { stage })
    : undefined;
  const edge = isHome(stage)
    ? new EdgeStack(app, stackName(stage.name, 'edge'), { stage, codeOf, storefront })
    : undefined;
  const operations = new OperationsStack(app, stackName(stage.name, 'operations'), { stage });
  const edgeAlarms =
    region !== null && hasEdgeAlarms(stage)
      ? new EdgeAlarmsStack(app, stackName(stage.name, 'edge-alarms'), { stage, region })
      : undefined;
  // The stacks refer to each other by parameter and name, which CDK cannot see.
  service.addStackDependency(data);
  edge?.addStackDependency(service);
  if (perimeter) edge?.addStackDependency(perimeter);
  operations.addStackDependency(service);
  if (edge) edgeAlarms?.addStackDependency(edge);
  for (const stack of [data, service, edge, operations]) if (stack) refuseOtherRegions(stack, stage);
  Tags.of(app).add('project', project);
  Tags.of(app).add('stage', stage.name);
  return { data, service, perimeter, edge, operations, edgeAlarms };
}
