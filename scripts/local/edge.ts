import { stackName } from '../../stacks/names.ts';
import { CliError } from '../cli.ts';
import { bucketOrigin } from '../edge/bucket-origin.ts';
import { distributionFrom } from '../edge/from-template.ts';
import { invalidatedDistribution, pathsOfInvalidation } from '../edge/invalidation.ts';
import type { Origin } from '../edge/messages.ts';
import type { OriginSettings } from '../edge/model.ts';
import { Edge } from '../edge/server.ts';
import type { EdgeTemplate } from '../edge/template-values.ts';
import { graphOfTerraform } from '../parity/translate.ts';
import { cloudAssemblyOf } from './deploy.ts';
import type { Iac, Outputs } from './deployment.ts';
import type { FrontDoor } from './front-door.ts';
import type { Gateway } from './gateway.ts';
import { clients, type Target } from './target.ts';
import { readTemplate } from './templates.ts';
import { stackFileOf } from './terraform/apply.ts';
import type { Workspace } from './workspace.ts';

export interface Deployed {
  readonly workspace: Workspace;
  readonly stage: string;
  readonly iac: Iac;
  readonly target: Target;
  readonly outputs: Outputs;
  readonly door: FrontDoor;
  readonly gateway: Gateway;
  readonly onLog: (line: string) => void;
}

export interface ConnectedEdge {
  readonly edge: Edge;
  stop(): void;
}

/** The CDN of the deployed stage, by the template that was deployed; undefined when the stage has none. */
export function edgeOf({
  workspace,
  stage,
  iac,
  target,
  outputs,
  door,
  gateway,
  onLog,
}: Deployed): ConnectedEdge | undefined {
  const template =
    iac === 'cdk'
      ? readTemplate<EdgeTemplate>(cloudAssemblyOf(workspace), stackName(stage, 'edge'))
      : templateOfTerraform(workspace, stage);
  if (!template) return undefined;
  const distribution = distributionFrom(template);
  const id = outputs.DistributionId ?? distribution.id;
  const sdk = clients(target);
  const originOf = (origin: OriginSettings): Origin =>
    origin.kind === 'bucket'
      ? bucketOrigin(sdk.s3, required(outputs, 'StorefrontBucket'))
      : door.originOf(serviceOf(origin.id));
  const origins = Object.fromEntries([...distribution.origins].map(([name, origin]) => [name, originOf(origin)]));
  const edge = new Edge({ distribution: { ...distribution, id }, origins, onLog });
  gateway.watchers.push({
    watches: (method, url) => invalidatedDistribution(method, url) === id,
    accepted: (_url, body) => void edge.invalidate(pathsOfInvalidation(body.toString('utf8'))),
  });
  const stop = () => {
    for (const client of Object.values(sdk)) client.destroy();
  };
  return { edge, stop };
}

/** What Terraform applied, in the words that the local edge reads. */
function templateOfTerraform(workspace: Workspace, stage: string): EdgeTemplate {
  const { parts } = graphOfTerraform(stackFileOf({ workspace, stage }));
  const resources = [...parts].map(([id, { type, properties }]) => [id, { Type: type, Properties: properties }]);
  return { Resources: Object.fromEntries(resources) };
}

/** One origin serves the whole HTTP API; Function URLs have one for each service, named as it is. */
function serviceOf(originId: string) {
  switch (originId) {
    case 'api':
    case 'catalog':
      return 'catalog';
    case 'intake':
    case 'stock':
      return originId;
    default:
      throw new CliError(
        'origin_unreachable',
        `origin '${originId}' of the distribution is none of api, catalog, intake, stock`,
        'Say in scripts/local/edge.ts which service it is.',
      );
  }
}

function required(outputs: Outputs, key: string): string {
  const value = outputs[key];
  if (value !== undefined) return value;
  throw new CliError('output_missing', `the edge stack has no output ${key}`, 'The local edge serves files from it.');
}
