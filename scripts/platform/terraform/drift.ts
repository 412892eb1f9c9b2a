import type { DeploymentEnd } from '../deploy/deployment.ts';
import { applyAgain, type Drift, destroyTerraform, findDrift } from './apply.ts';
import type { TerraformRun } from './run.ts';

interface ExpectedDrift {
  readonly type: string;
  readonly attributes: readonly string[];
  readonly reason: string;
}

/** Changes that a plan shows on the local engine although nothing changed. AWS shows none. */
const expectedDrift: readonly ExpectedDrift[] = [
  {
    type: 'aws_cloudwatch_metric_alarm',
    attributes: [
      ...['actions_enabled', 'alarm_description', 'dimensions', 'period', 'treat_missing_data'],
      ...['statistic', 'extended_statistic'],
    ],
    reason: 'the engine stores an alarm but does not return all of it',
  },
  {
    type: 'aws_apigatewayv2_authorizer',
    attributes: ['authorizer_payload_format_version'],
    reason: 'the engine returns a version for a JWT authorizer, which only Lambda authorizers have',
  },
  {
    type: 'aws_cloudfront_response_headers_policy',
    attributes: ['custom_headers_config'],
    reason: 'the engine returns an empty list of headers instead of none',
  },
  {
    type: 'aws_lambda_function',
    attributes: ['reserved_concurrent_executions'],
    reason: "the platform divides this machine's workers among the functions after the apply",
  },
];

/**
 * Final check: a plan must show only explained changes, a destroy must leave nothing, and the destroyed stack must
 * apply and destroy once more.
 */
export async function endTerraform(run: TerraformRun): Promise<DeploymentEnd> {
  const drifts = await findDrift(run);
  const reasons = Map.groupBy(drifts, findReason);
  const unexplained = reasons.get(undefined) ?? [];
  reasons.delete(undefined);
  const left = await destroyTerraform(run);
  const created = await applyAgain(run);
  left.push(...(await destroyTerraform(run)));
  return {
    explained: [...reasons].map(([reason, rows]) => `${rows.length} x ${reason}`),
    failures: [
      ...unexplained.map(({ address, actions, attributes }) => `drift: ${actions} ${address} ${attributes.join(', ')}`),
      ...left.map((address) => `left after destroy: ${address}`),
      ...(created > 0 ? [] : ['the apply after the destroy created nothing']),
    ],
  };
}

function findReason({ address, actions, attributes }: Drift): string | undefined {
  if (actions !== 'update') return undefined;
  return expectedDrift.find(
    (row) => address.startsWith(`${row.type}.`) && attributes.every((one) => row.attributes.includes(one)),
  )?.reason;
}
