import type { Service } from '../services.ts';
import type { Stage } from '../stages/stage-settings.ts';

/** Functions that end orders, and so decide when their rows expire. */
const ending: readonly Service[] = ['intake', 'settlement', 'fulfilment'];

/** How long rows are kept after an order's end; empty if for ever. Only the functions on AWS read it. */
export const retentionEnvironment = ({ retention }: Stage, service: Service): Record<string, string> =>
  retention && ending.includes(service) ? { RETENTION_DAYS: String(retention.days) } : {};
