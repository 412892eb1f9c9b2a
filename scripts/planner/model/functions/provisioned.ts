import type { ProvisionedConcurrency } from '../../../../stacks/model/stages/stage-settings.ts';
import type { Constants } from '../assumptions.ts';

const day = 86_400;

/** Second of the day of a schedule in UTC; undefined where it is no plain time. */
function secondOf(cron: string): number | undefined {
  const [minute = '0', hour = '0'] = cron.split(' ');
  const at = Number(hour) * 3_600 + Number(minute) * 60;
  return Number.isNaN(at) ? undefined : at;
}

/** When the scheduled floors begin, in seconds of the day. */
export const floorBegins = ({ floors }: ProvisionedConcurrency): number[] =>
  floors.flatMap(({ cron }) => secondOf(cron) ?? []);

/** The scheduled floor at a time of day: the one that began last. */
export function floorAt({ floors, minEnvironments }: ProvisionedConcurrency, secondOfDay: number): number {
  let best = { at: Number.NEGATIVE_INFINITY, min: minEnvironments };
  for (const { cron, minEnvironments: min } of floors) {
    const at = secondOf(cron);
    if (at === undefined) continue;
    // A floor that begins later today last began yesterday.
    const began = at <= secondOfDay ? at : at - day;
    if (began > best.at) best = { at: began, min };
  }
  return best.min;
}

/**
 * Provisioned environments: the scheduled floor, and target tracking above it. Tracking scales out after three minutes
 * above its target, and the new environments are usable once all are allocated.
 */
export class Provisioned {
  held: number;
  readonly #settings: ProvisionedConcurrency;
  readonly #constants: Constants;
  #floor: number;
  #aboveSince: number | null = null;
  #pending: { readonly at: number; readonly held: number } | null = null;

  constructor(settings: ProvisionedConcurrency, constants: Constants, secondOfDay: number) {
    this.#settings = settings;
    this.#constants = constants;
    this.#floor = floorAt(settings, secondOfDay % day);
    this.held = this.#floor;
  }

  step(concurrency: number, seconds: number, secondOfDay: number): void {
    const { targetUtilization, maxEnvironments } = this.#settings;
    const floor = floorAt(this.#settings, secondOfDay % day);
    if (this.#pending && seconds >= this.#pending.at) {
      this.held = Math.max(this.held, this.#pending.held);
      this.#pending = null;
    }
    const wanted = Math.min(maxEnvironments, concurrency / targetUtilization);
    // Scale-in takes fifteen minutes below the target. The end of a floor takes effect at once.
    this.held = Math.max(floor, floor < this.#floor ? wanted : this.held);
    this.#floor = floor;
    if (wanted <= this.held) {
      this.#aboveSince = null;
      return;
    }
    this.#aboveSince ??= seconds;
    const { trackingSeconds, allocationSeconds } = this.#constants;
    if (this.#pending || seconds - this.#aboveSince < trackingSeconds) return;
    this.#pending = { at: seconds + allocationSeconds, held: wanted };
  }
}
