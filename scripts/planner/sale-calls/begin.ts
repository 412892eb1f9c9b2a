import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { engines } from '../../platform/engine/engines.ts';
import type { Platform } from '../../platform/platform.ts';
import { calibrate } from '../calibration/calibrate.ts';
import { type CallComparison, compareCalls } from './compare.ts';
import type { SaleLog } from './log.ts';

type ReadLog = (platform: Platform, sinceMs: number) => Promise<SaleLog>;
type Compare = (sale: { readonly snapshot: { readonly events: readonly OrderEvent[] } }) => Promise<CallComparison>;

/**
 * Starts to count the functions' calls, to compare them with the plan; undefined where the engine's calls are not
 * counted.
 */
export function beginComparison(platform: Platform, readLog: ReadLog): Compare | undefined {
  if (engines[platform.engine].lacks.some(({ capability }) => capability === 'calls-counted')) return undefined;
  const { functionCalls } = platform.gateway;
  const begunMs = Date.now();
  functionCalls.begin();
  return async ({ snapshot: { events } }) => {
    const seen = { ...functionCalls.end(), prefix: physicalName(platform.stage, '') };
    return compareCalls({ log: await readLog(platform, begunMs), events }, seen, await calibrate());
  };
}
