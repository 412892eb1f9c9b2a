import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { releases } from '../../../functions/adapters/aws/releases.ts';
import { releaseHook } from '../../../functions/runtime/release-hook.ts';

const event = { DeploymentId: 'd-ABCDEF123', LifecycleEventHookExecutionId: 'execution-1' };
const json = JSON.stringify({
  version: 0.0,
  Resources: [{ live: { Type: 'AWS::Lambda::Function', Properties: { CurrentVersion: '6', TargetVersion: '7' } } }],
});
const yaml = 'resources:\n  - live:\n      properties:\n        currentversion: "6"\n        targetversion: "7"\n';

/** A client of CodeDeploy that answers with one revision, and keeps what it was told. */
function codeDeploy(revision: object) {
  const reports: object[] = [];
  const client = new CodeDeployClient({ region: 'eu-central-1' });
  client.send = (async ({ input }: { input: Record<string, unknown> }) => {
    if ('status' in input) return void reports.push(input);
    return { deploymentInfo: { deploymentGroupName: 'settlement', revision } };
  }) as never;
  return { client, reports };
}

test.each([
  ['appSpecContent', json],
  ['string', json],
  ['appSpecContent', yaml],
])('finds service and version of a release in its %s', async (name, content) => {
  const { client } = codeDeploy({ [name]: { content } });
  expect(await releases(client).find('d-1')).toEqual({ service: 'settlement', version: '7' });
});

test.each([
  ['Succeeded', async () => {}],
  ['Failed', async () => Promise.reject(new Error('a bad version'))],
] as const)('reports %s', async (status, check) => {
  const { client, reports } = codeDeploy({ string: { content: json } });
  await releaseHook(releases(client), check)(event);
  const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId } = event;
  expect(reports).toEqual([{ deploymentId, lifecycleEventHookExecutionId, status }]);
});

test('reports a release that it cannot read as failed, rather than let it wait for an hour', async () => {
  const { client, reports } = codeDeploy({});
  await releaseHook(releases(client), async () => {})(event);
  expect(reports).toMatchObject([{ status: 'Failed' }]);
});
