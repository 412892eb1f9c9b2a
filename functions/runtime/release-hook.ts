import * as z from 'zod';
import type { Candidate, Releases } from '../ports/releases.ts';
import { logger } from './log.ts';

/** CodeDeploy's event for a hook. */
const hookEvent = z.object({ DeploymentId: z.string(), LifecycleEventHookExecutionId: z.string() });

/** A hook of a release: it always reports, because a release without an answer waits for an hour. */
export function releaseHook(releases: Releases, check: (candidate: Candidate, deploymentId: string) => Promise<void>) {
  return async function runHook(event: unknown): Promise<void> {
    const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: executionId } = hookEvent.parse(event);
    let passed = false;
    try {
      const candidate = await releases.find(deploymentId);
      await check(candidate, deploymentId);
      passed = true;
      logger.info('release checked', { deploymentId, ...candidate });
    } catch (error) {
      logger.error('release refused', { deploymentId, error });
    }
    await releases.report({ deploymentId, executionId }, passed);
  };
}
