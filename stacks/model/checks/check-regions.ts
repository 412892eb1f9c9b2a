import { tableNames } from '../services.ts';
import { hasRegions, isHome } from '../stages/regions.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { replicaRegions } from '../table-shapes.ts';
import { limits } from './limits.ts';
import { mustHold, type Violations } from './violations.ts';

const grammar = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** Invariants of a stage with several regions. */
export function checkRegions(stage: Stage): Violations {
  if (!hasRegions(stage)) return [];
  const { regions, region, identity } = stage;
  const list = regions.join(', ');
  return [
    ...mustHold(regions.length >= 2, 'regions', 'two or more, or none', list, 'Add one, or set only region'),
    ...mustHold(new Set(regions).size === regions.length, 'regions', 'different ones', list, 'Name each once'),
    ...regions.flatMap((one) => mustHold(grammar.test(one), 'regions', 'regions of AWS', one, 'Example: eu-central-1')),
    ...mustHold(
      region !== null && regions.includes(region),
      'region',
      `one of regions, ${list}`,
      region,
      'Set it to the first, which is home',
    ),
    ...checkPartition(regions),
    ...checkReplicas(stage),
    ...mustHold(
      isHome(stage) || identity.kind === 'external',
      'identity',
      `external in ${region}: only ${regions[0]} has the user pool`,
      identity.kind,
      'Pass the issuer and the audience of the home region: -c issuer=... -c audience=...',
    ),
    ...checkRouting(stage),
  ];
}

/** Global tables do not reach from one partition of AWS into another. */
function checkPartition(regions: readonly string[]): Violations {
  const partitions = new Set(regions.map((one) => /^(cn|us-gov|us-iso[a-z]?|eu-isoe)-/.exec(one)?.[1] ?? 'aws'));
  return mustHold(
    partitions.size <= 1,
    'regions',
    'of one partition of AWS',
    regions.join(', '),
    'Leave out the others: no table is replicated between partitions',
  );
}

/** Provisioned capacity of a copy would need scaling of its own in each region, which Terraform cannot express. */
function checkReplicas(stage: Stage): Violations {
  const copied = tableNames.filter((table) => replicaRegions(stage, table).length > 0);
  const { pointInTimeRecoveryDays: days } = stage;
  const { value: most } = limits.pointInTimeRecoveryMax;
  const recovery = mustHold(
    days === null || days === most,
    'pointInTimeRecoveryDays',
    `${most} or null in a stage of several regions: Terraform cannot set another number on a copy`,
    days,
    `Set it to ${most}`,
  );
  const modes = copied.flatMap((table) =>
    mustHold(
      stage.tables[table].mode === 'on-demand',
      `tables.${table}`,
      'on-demand in a stage of several regions: the table is replicated',
      stage.tables[table].mode,
      'Set it to on-demand',
    ),
  );
  return [...recovery, ...modes];
}

/** Without a name that health checks move, customers of a lost region reach no API. Local platforms have a router. */
function checkRouting({ name, api, edge }: Stage): Violations {
  if (name.startsWith('local')) return [];
  return [
    ...mustHold(
      api.kind === 'http-api',
      'api.kind',
      'http-api in a stage of several regions',
      api.kind,
      'Change it: a Function URL accepts no other host name than its own',
    ),
    ...mustHold(
      edge.domain !== null,
      'edge.domain',
      'set in a stage of several regions',
      edge.domain,
      'Set it: health checks of Route 53 choose the region by its name',
    ),
  ];
}
