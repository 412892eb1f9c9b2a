import { expect, inject, test } from 'vitest';
import { AwsContext } from '../../scripts/operations/doctor/aws/context.ts';
import { settleLocal } from '../../scripts/operations/doctor/aws/open.ts';
import { awsPlan } from '../../scripts/operations/doctor/aws/plan.ts';
import { examineOpened } from '../../scripts/operations/doctor/examine.ts';
import { publicWeb } from '../../scripts/operations/doctor/web.ts';

const platform = inject('platform');

// With Terraform only the state lists the stage's own resources, and this test does not read it.
test('the doctor finds nothing wrong with the platform that runs', async ({ skip }) => {
  skip(process.env.IAC === 'terraform', 'it checks the stacks of CDK');
  const { stage, endpointUrl, credentials, region, engine, issuerUrl } = platform;
  const context = new AwsContext({
    ...{ stage: settleLocal(stage, platform), given: region, engine, iac: 'cdk', account: undefined },
    config: { ...(endpointUrl !== undefined && { endpoint: endpointUrl }), credentials },
    issuer: { url: issuerUrl },
    web: publicWeb(),
  });
  const plan = awsPlan(context);
  const { lines } = await examineOpened({ plan, context, place: async () => engine }, { onStep: () => {} });
  expect(lines.filter(({ status }) => status !== 'ok' && status !== 'not needed')).toEqual([]);
  expect(lines.filter(({ status }) => status === 'ok').map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      'credentials',
      `bootstrap ${region}`,
      'stacks',
      'lambda-concurrency',
      'issuer',
      'tables-free',
    ]),
  );
});
