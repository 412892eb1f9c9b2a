import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import { Aspects, TerraformDataSource, TerraformResource } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { apisOf, foundationApis } from '../../model/clouds/google-apis.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { Wait } from '../wait.ts';

/** An API keeps answering 403 for a while after it was enabled. */
const settleSeconds = 30;

/** Enables the project's APIs before anything else is created or read. */
export class Apis extends Construct {
  constructor(scope: Construct, id: string, project: string, stage: Stage) {
    super(scope, id);
    const enable = (api: string, dependsOn: ProjectService[]) =>
      new ProjectService(this, api, {
        project,
        service: `${api}.googleapis.com`,
        disableOnDestroy: false,
        dependsOn,
      });
    const first = foundationApis.map((api) => enable(api, []));
    const others = apisOf(stage).map((api) => enable(api, first));
    const enabled = new Wait(this, 'Enabled', { seconds: settleSeconds, after: others });
    Aspects.of(scope).add({ visit: (node) => this.require(node, enabled) });
  }

  /** Not by `instanceof`: with an npm alias for a fork the bindings bring classes of their own. */
  private require(node: IConstruct, enabled: Wait): void {
    const needsApis = TerraformResource.isTerraformResource(node) || TerraformDataSource.isTerraformDataSource(node);
    if (needsApis && node !== enabled && node.terraformResourceType !== ProjectService.tfResourceType)
      node.dependsOn = [...(node.dependsOn ?? []), `${enabled.terraformResourceType}.${enabled.friendlyUniqueId}`];
  }
}
