import { metricsNamespace } from '../names.ts';
import type { Service } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';

/** Environment variables of every function. */
export function commonEnvironment(stage: Stage, service: Service): Record<string, string> {
  return {
    STAGE: stage.name,
    POWERTOOLS_SERVICE_NAME: service,
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(stage.name),
    LOG_LEVEL: stage.logLevel,
  };
}
