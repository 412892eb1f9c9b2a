import type { Service } from '../../../../stacks/model/services.ts';
import type { Stage } from '../../../../stacks/model/stages/stage-settings.ts';
import type { Calibration, MeasuredDurations, StepName, TunePoint } from '../../types.ts';
import type { Constants } from '../assumptions.ts';

/** Memory with one full core. A function with less memory gets a proportional share. */
export const coreMb = 1_769;

/** The function's own processor time on a full core, in milliseconds. */
export interface ProcessorTime {
  readonly perCallMs: number;
  readonly perOrderMs: number;
}

export type ProcessorTimes = Readonly<Record<Service, ProcessorTime>>;

export interface DurationModel {
  readonly stage: Stage;
  readonly calibration: Calibration;
  readonly processor: ProcessorTimes;
  readonly measured: MeasuredDurations;
  readonly constants: Constants;
}

/** Share of a core. Node uses only one: more memory than `coreMb` does not make it faster. */
export const coreShare = (memoryMb: number): number => Math.min(1, memoryMb / coreMb);

/** Duration of one invocation that performs `step` for these orders in these groups, in seconds. */
export function secondsOf(step: StepName, orders: number, groups: number, model: DurationModel): number {
  const { stage, calibration, processor, measured, constants } = model;
  const { service, perOrder, perGroup } = calibration.steps[step];
  const { memoryMb } = stage.functions[service];
  const points = measured[service];
  if (points && points.length > 0) return atMemory(points, memoryMb) / 1_000;
  const { perCallMs, perOrderMs } = processor[service];
  const busy = (perCallMs + perOrderMs * orders) / 1_000 / coreShare(memoryMb);
  const waits = perOrder.roundTrips + (groups > 0 ? perGroup.roundTrips : 0);
  return busy + waits * constants.storeSeconds + perOrder.partnerCalls * constants.partnerSeconds;
}

/**
 * Milliseconds at a memory size. Between two points, interpolates time x share, which is constant for processor-bound
 * work.
 */
export function atMemory(points: readonly TunePoint[], memoryMb: number): number {
  const sorted = points.toSorted((a, b) => a.memoryMb - b.memoryMb);
  const [first] = sorted;
  const above = sorted.find((point) => point.memoryMb >= memoryMb);
  const below = sorted.findLast((point) => point.memoryMb <= memoryMb);
  if (!first) return 0;
  if (!above) return sorted.at(-1)?.p50Ms ?? first.p50Ms;
  if (!below) return first.p50Ms;
  if (above.memoryMb === below.memoryMb) return above.p50Ms;
  const inverse = (mb: number) => 1 / mb;
  const part = (inverse(below.memoryMb) - inverse(memoryMb)) / (inverse(below.memoryMb) - inverse(above.memoryMb));
  return below.p50Ms + (above.p50Ms - below.p50Ms) * part;
}
