import type { DeploymentEnd } from '../deploy/deployment.ts';
import { type Drift, destroyTerraform, driftOf } from './apply.ts';
import type { TerraformRun } from './run.ts';

interface ExpectedDrift {
  readonly type: string;
  readonly attributes: readonly string[];
  readonly reason: string;
}

/** What a plan shows on the local engine though nobody changed anything that Terraform set. On AWS: nothing. */
const expectedDrift: readonly ExpectedDrift[] = [
  {
    type: 'aws_cloudwatch_metric_alarm',
    attributes: ['actions_enabled', 'alarm_description', 'dimensions', 'period', 'statistic', 'treat_missing_data'],
    reason: 'the engine keeps an alarm, and does not tell all of it',
  },
  {
    type: 'aws_apigatewayv2_authorizer',
    attributes: ['authorizer_payload_format_version'],
    reason: 'the engine gives a JWT authorizer a version that only Lambda authorizers have',
  },
  {
    type: 'aws_cloudfront_response_headers_policy',
    attributes: ['custom_headers_config'],
    reason: 'the engine tells an empty list of headers where there is none',
  },
  {
    type: 'aws_lambda_function',
    attributes: ['reserved_concurrent_executions'],
    reason: "the platform shares this machine's workers among the functions after the apply",
  },
];

/** After the work: a plan must show nothing but what is explained, and a destroy must leave nothing. */
export async function endTerraform(run: TerraformRun): Promise<DeploymentEnd> {
  const drifts = await driftOf(run);
  const reasons = Map.groupBy(drifts, reasonOf);
  const open = reasons.get(undefined) ?? [];
  reasons.delete(undefined);
  const left = await destroyTerraform(run);
  return {
    explained: [...reasons].map(([reason, rows]) => `${rows.length} x ${reason}`),
    failures: [
      ...open.map(({ address, actions, attributes }) => `drift: ${actions} ${address} ${attributes.join(', ')}`),
      ...left.map((address) => `left after destroy: ${address}`),
    ],
  };
}

export function reasonOf({ address, actions, attributes }: Drift): string | undefined {
  if (actions !== 'update') return undefined;
  return expectedDrift.find(
    (row) => address.startsWith(`${row.type}.`) && attributes.every((one) => row.attributes.includes(one)),
  )?.reason;
}
