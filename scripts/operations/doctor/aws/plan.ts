import { regionsOf } from '../../../../stacks/model/needs/regions.ts';
import { hasRegions, isHome } from '../../../../stacks/model/stages/regions.ts';
import type { Check } from '../check.ts';
import { issuer } from '../issuer.ts';
import { placeholders } from '../placeholders.ts';
import type { Plan } from '../run-checks.ts';
import { bootstrapIn, credentials, region, stacks } from './access.ts';
import type { AwsContext } from './context.ts';
import { domainChecks, healthChecks, zone } from './domain.ts';
import { edgeChecks } from './edge.ts';
import { ordersExport } from './exports.ts';
import { githubProvider } from './github.ts';
import { mailChecks } from './mail.ts';
import { nameChecks } from './names.ts';
import { apiRate, lambdaConcurrency, tableCount, tableUnits } from './quotas.ts';

/** All checks of a stage on AWS. */
export function awsPlan(context: AwsContext): Plan<AwsContext> {
  const { stage, options } = context;
  const hasRegion = options.given !== undefined || stage.region !== null;
  const first: readonly Check<AwsContext>[] = [placeholders('aws')];
  return {
    // A wrong region is not a gate, because the stage names the right one.
    first: hasRegion ? [...first, region] : first,
    gates: hasRegion ? [credentials] : [region, credentials],
    rest: [
      ...regionsOf(stage, context.region).map(bootstrapIn),
      stacks,
      lambdaConcurrency,
      apiRate,
      tableCount,
      tableUnits,
      // The CDN and the user pool are in the home region. Each region validates its certificate in the zone.
      ...(isHome(stage) ? [...edgeChecks, ...mailChecks, ...domainChecks] : [zone]),
      ...(hasRegions(stage) ? [healthChecks] : []),
      ...(stage.deploy ? [githubProvider] : []),
      ordersExport,
      issuer,
      ...nameChecks,
    ],
  };
}
