import type { Route } from '../../functions/contracts/routes.ts';
import { neededApiRate } from '../../stacks/model/checks/check-account.ts';
import { limits } from '../../stacks/model/checks/limits.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { CliError } from '../cli/cli.ts';

/** The share of the account's rate that a route with this throttle takes. */
export const rateOf = ({ api }: Stage, throttle: Route['throttle']): number =>
  api.kind === 'http-api' ? api.throttles[throttle].ratePerSecond : 0;

/** @throws when a stage has no room for a route with each of these throttles */
export function requireRate(throttles: readonly Route['throttle'][]): void {
  const more = throttles.length === 1 ? 'one more route' : `${throttles.length} more routes`;
  for (const stage of Object.values(stages)) {
    const rate = throttles.reduce((sum, throttle) => sum + rateOf(stage, throttle), neededApiRate(stage));
    if (rate > limits.apiRate.value)
      throw new CliError(
        'rate_exceeded',
        `with ${more} the API of ${stage.name} may take ${rate} requests/s, above the account's ${limits.apiRate.value}`,
        'Lower api.throttles.read of the stage in stacks/model/stages/stages.ts first.',
      );
  }
}
