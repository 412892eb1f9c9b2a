import { cachePolicyRows, headersPolicyRows, requestPolicyRows } from '../edge/edge-rows.ts';
import { keptGenerations, originSecretName } from '../edge/origin-secret-name.ts';
import { perimeterRegion } from '../edge/perimeter-rows.ts';
import { globalName, physicalName } from '../names.ts';
import { releaseHooks } from '../operations/release-names.ts';
import { secretName } from '../partner-secret.ts';
import { secretNames, serviceNames, tableNames } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';

export interface LogGroupPlace {
  readonly name: string;
  readonly region: string;
}

/** Kept when their stack is deleted, or for some days after: a deploy that meets one stops with AlreadyExists. */
export const fixedTables = ({ name }: Stage): string[] => tableNames.map((table) => physicalName(name, table));

export function fixedLogGroups(stage: Stage, region: string): LogGroupPlace[] {
  const hooks = stage.releases ? releaseHooks : [];
  const functions = [...serviceNames, ...hooks, 'publishing'].map(
    (name) => `/aws/lambda/${physicalName(stage.name, name)}`,
  );
  const { api, edge } = stage;
  const hasApiLogs = api.kind === 'http-api' && api.accessLogs;
  return [
    ...[...functions, ...(hasApiLogs ? [`/aws/apigateway/${physicalName(stage.name, 'api')}`] : [])].map((name) => ({
      name,
      region,
    })),
    ...(edge.webAcl?.log ? [{ name: webAclLogs(stage), region: perimeterRegion }] : []),
  ];
}

/** WAF requires this prefix. */
export const webAclLogs = ({ name }: Stage): string => `aws-waf-logs-${physicalName(name, 'edge')}`;

/** A deleted secret keeps its name for up to 30 days. */
export const fixedSecrets = (stage: Stage): string[] => {
  const { originSecretGeneration: newest } = stage.edge;
  const ofOrigin = newest === null ? [] : keptGenerations(newest);
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
