import { hasRegions } from '../stages/regions.ts';
import type { Stage } from '../stages/stage-settings.ts';

/** The API's common name in all regions; undefined where no traffic moves between regions. */
export const apiDomain = (stage: Stage): string | undefined =>
  hasRegions(stage) && stage.edge.domain ? `api.${stage.edge.domain.name}` : undefined;

/**
 * Route 53 checks each region directly, not by the common name. It cannot send the CDN's secret, so the API answers
 * this path without one. Two failures at the fast interval: a lost region gets no new calls after about 20 seconds.
 */
export const healthCheck = { path: '/health', port: 443, intervalSeconds: 10, failures: 2 } as const;
