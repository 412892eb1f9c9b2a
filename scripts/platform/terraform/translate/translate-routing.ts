import { compact, firstObject, type JsonObject, toObject } from '../../../../stacks/model/json.ts';
import { pascal } from './terraform-text.ts';

/** CloudFormation has a list of configurations; an API's domain has one. */
export const toDomainName = ({ domain_name_configuration: one, ...body }: JsonObject): JsonObject => ({
  ...toObject(pascal(body)),
  DomainNameConfigurations: [pascal(firstObject(one))],
});

export const toHealthCheck = (body: JsonObject): JsonObject => ({
  HealthCheckConfig: pascal(body, { fqdn: 'FullyQualifiedDomainName', enable_sni: 'EnableSNI' }),
});

export function toRecord({ zone_id, alias, latency_routing_policy: latency, ...body }: JsonObject): JsonObject {
  if (body.records !== undefined) return { DomainValidationOptions: [{ HostedZoneId: zone_id ?? null }] };
  const { name, zone_id: zone, evaluate_target_health: healthy } = firstObject(alias);
  // CDK omits it when it is false.
  const own = compact({ DNSName: name, HostedZoneId: zone, EvaluateTargetHealth: healthy === true ? true : undefined });
  const target = alias === undefined ? undefined : own;
  return compact({
    ...toObject(pascal(body)),
    HostedZoneId: zone_id,
    AliasTarget: target,
    Region: firstObject(latency).region,
  });
}
