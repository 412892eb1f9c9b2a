import { CliError } from '../../cli/cli.ts';
import type { Iac } from '../../cli/iac-name.ts';
import type { LocalApi } from '../api/local-api.ts';
import type { Outputs } from '../deploy/deployment.ts';
import { findTool } from '../deploy/tools.ts';
import { clients, type Target } from '../engine/target.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Workspace } from '../process/workspace.ts';
import { bucketOrigin } from './bucket-origin.ts';
import { distributionFrom } from './from-template.ts';
import { invalidatedDistribution, parseInvalidationPaths } from './invalidation.ts';
import type { Origin } from './messages.ts';
import type { OriginSettings } from './model.ts';
import { Edge } from './server.ts';
import { watchStorefront } from './watch-storefront.ts';

export interface Deployed {
  readonly workspace: Workspace;
  readonly stage: string;
  readonly iac: Iac;
  readonly target: Target;
  readonly outputs: Outputs;
  readonly localApi: LocalApi;
  readonly gateway: Gateway;
  readonly onLog: (line: string) => void;
  /** Publishes the page again after each save. */
  readonly watch: boolean;
}

export interface ConnectedEdge {
  readonly edge: Edge;
  stop(): void;
}

/** The CDN of the deployed stage, built from its template; undefined if the stage has none. */
export function connectEdge(deployed: Deployed): ConnectedEdge | undefined {
  const { workspace, stage, iac, target, outputs, localApi, gateway, onLog } = deployed;
  const template = findTool(iac).readEdge({ workspace, stage });
  if (!template) return undefined;
  const distribution = distributionFrom(template);
  const id = outputs.DistributionId ?? distribution.id;
  const sdk = clients(target);
  const toOrigin = (origin: OriginSettings): Origin =>
    origin.kind === 'bucket'
      ? bucketOrigin(sdk.s3, required(outputs, 'StorefrontBucket'))
      : localApi.originFor(toService(origin.id));
  const origins = Object.fromEntries([...distribution.origins].map(([name, origin]) => [name, toOrigin(origin)]));
  const edge = new Edge({ distribution: { ...distribution, id }, origins, onLog });
  gateway.watchers.push({
    watches: (method, url) => invalidatedDistribution(method, url) === id,
    accepted: (_url, body) => void edge.invalidate(parseInvalidationPaths(body.toString('utf8'))),
  });
  const ends = Object.values(sdk).map((client) => () => client.destroy());
  if (deployed.watch) ends.push(watchStorefront({ s3: sdk.s3, outputs, edge, say: onLog }));
  const stop = () => {
    for (const end of ends) end();
  };
  return { edge, stop };
}

/** An HTTP API is one origin for all services. With Function URLs, each service has an origin of its name. */
function toService(originId: string) {
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
        `the distribution has origin '${originId}', must be api, catalog, intake or stock`,
        'Map it to a service in scripts/platform/edge/deployed-edge.ts.',
      );
  }
}

function required(outputs: Outputs, key: string): string {
  const value = outputs[key];
  if (value !== undefined) return value;
  throw new CliError(
    'output_missing',
    `the edge stack has no output ${key}`,
    'Add it: the local edge serves files from there.',
  );
}
