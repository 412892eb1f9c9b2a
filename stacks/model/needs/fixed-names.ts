import { servicesIn } from '../access.ts';
import { cachePolicyRows, headersPolicyRows, requestPolicyRows } from '../edge/edge-rows.ts';
import { keptGenerations, originSecretName } from '../edge/origin-secret-name.ts';
import { perimeterRegion } from '../edge/perimeter-rows.ts';
import { globalName, physicalName } from '../names.ts';
import { releaseHooks } from '../operations/release-names.ts';
import { secretName } from '../secrets.ts';
import { secretNames } from '../services.ts';
import { inEachRegion, isHome } from '../stages/regions.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { ownTables, replicaRegions, tableName } from '../table-shapes.ts';

export interface LogGroupPlace {
  readonly name: string;
  readonly region: string;
}

/** Kept when their stack is deleted, or for some days after: a deploy that meets one stops with AlreadyExists. */
export const fixedTables = (stage: Stage): string[] => ownTables(stage).map((table) => tableName(stage, table));

/** Copies that the other regions of the stage create here: they count against this region's quota. */
export const copiedTables = (stage: Stage): string[] =>
  inEachRegion(stage)
    .filter(({ region }) => region !== stage.region)
    .flatMap((other) =>
      ownTables(other)
        .filter((table) => replicaRegions(other, table).length > 0)
        .map((table) => tableName(other, table)),
    );

export function fixedLogGroups(stage: Stage, region: string): LogGroupPlace[] {
  const hooks = stage.releases ? releaseHooks : [];
  const functions = [...servicesIn(stage), ...hooks, ...(isHome(stage) ? ['publishing'] : [])].map(
    (name) => `/aws/lambda/${physicalName(stage.name, name)}`,
  );
  const { api, edge } = stage;
  const hasApiLogs = api.kind === 'http-api' && api.accessLogs;
  return [
    ...[...functions, ...(hasApiLogs ? [`/aws/apigateway/${physicalName(stage.name, 'api')}`] : [])].map((name) => ({
      name,
      region,
    })),
    ...(edge.webAcl?.log && isHome(stage) ? [{ name: webAclLogs(stage), region: perimeterRegion }] : []),
  ];
}

/** WAF requires this prefix. */
export const webAclLogs = ({ name }: Stage): string => `aws-waf-logs-${physicalName(name, 'edge')}`;

/** A deleted secret keeps its name for up to 30 days. */
export const fixedSecrets = (stage: Stage): string[] => {
  const { originSecretGeneration: newest } = stage.edge;
  // In other regions they are copies that the home region creates.
  const ofOrigin = newest === null || !isHome(stage) ? [] : keptGenerations(newest);
  return [
    ...ofOrigin.map((generation) => originSecretName(stage, generation)),
    ...secretNames.map((secret) => secretName(stage, secret)),
  ];
};

export interface EdgePolicyNames {
  readonly cache: readonly string[];
  readonly requests: readonly string[];
  readonly headers: readonly string[];
}

/** CloudFront's policies, whose names and quotas all regions of an account share. */
export function edgePolicyNames(stage: Stage, region: string): EdgePolicyNames {
  const global = ({ name }: { readonly name: string }) => globalName(stage, name, region);
  return {
    cache: cachePolicyRows(stage).map(global),
    requests: requestPolicyRows.map(global),
    headers: headersPolicyRows([]).map(global),
  };
}
