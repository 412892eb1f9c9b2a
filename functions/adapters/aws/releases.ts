import {
  CodeDeployClient,
  GetDeploymentCommand,
  PutLifecycleEventHookExecutionStatusCommand,
} from '@aws-sdk/client-codedeploy';
import type { Releases } from '../../ports/releases.ts';
import { clientSettings } from './clients/client-settings.ts';

/** JSON or YAML, in CloudFormation's spelling or CodeDeploy's. */
const targetVersion = /["']?target_?version["']?\s*:\s*["']?(\d+)/i;

/** The releases of CodeDeploy. Each group has its service's name. */
export function releases(client = new CodeDeployClient(clientSettings)): Releases {
  return {
    async find(deploymentId) {
      const { deploymentInfo = {} } = await client.send(new GetDeploymentCommand({ deploymentId }));
      const { deploymentGroupName: service, revision } = deploymentInfo;
      const text = revision?.appSpecContent?.content ?? revision?.string?.content ?? '';
      const version = targetVersion.exec(text)?.[1];
      if (service === undefined || version === undefined)
        throw new Error(`deployment ${deploymentId} names no group, or no target version in its revision: '${text}'`);
      return { service, version };
    },
    async report({ deploymentId, executionId }, passed) {
      await client.send(
        new PutLifecycleEventHookExecutionStatusCommand({
          deploymentId,
          lifecycleEventHookExecutionId: executionId,
          status: passed ? 'Succeeded' : 'Failed',
        }),
      );
    },
  };
}
