import { CliError } from '../../cli/cli.ts';
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

export interface TerraformEnd {
  /** A line for each reason with the number of resources. */
  readonly explained: readonly string[];
  /** What a plan would change and nobody explains, and what a destroy left. */
  readonly failures: readonly string[];
}

/** After the work: a plan must show nothing but what is explained, and a destroy must leave nothing. */
export async function endTerraform(run: TerraformRun): Promise<TerraformEnd> {
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

/** As `endTerraform`, for those who can only throw. */
export async function endTerraformOrThrow(run: TerraformRun): Promise<void> {
  const { failures } = await endTerraform(run);
  if (failures.length > 0)
    throw new CliError(
      'terraform_end',
      failures.join('\n'),
      'Explain it in scripts/platform/terraform/drift.ts, or mend it.',
    );
}

export function reasonOf({ address, actions, attributes }: Drift): string | undefined {
  if (actions !== 'update') return undefined;
  return expectedDrift.find(
    (row) => address.startsWith(`${row.type}.`) && attributes.every((one) => row.attributes.includes(one)),
  )?.reason;
}
