import { hasRegions } from '../stages/regions.ts';
import type { Stage } from '../stages/stage-settings.ts';

/** One name of the API in all regions; undefined where nothing moves between regions. */
export const apiDomain = (stage: Stage): string | undefined =>
  hasRegions(stage) && stage.edge.domain ? `api.${stage.edge.domain.name}` : undefined;

/**
 * Route 53 asks each region itself, not by the common name. It cannot send the CDN's secret, so that the API answers this
 * path without. Two failures of the fast interval: a lost region gets no new call after about 20 seconds.
 */
export const healthCheck = { path: '/health', port: 443, intervalSeconds: 10, failures: 2 } as const;
