import { routes } from '../../../functions/contracts/routes.ts';
import { maxShards } from '../../../functions/domain/sharding.ts';
import { limits } from '../../../stacks/model/checks/limits.ts';
import type { Service, TableName } from '../../../stacks/model/services.ts';
import { base } from '../../../stacks/model/stages/stage-defaults.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { Profile } from '../profile/schema.ts';
import { slowedByErrors } from './faults.ts';
import type { Element } from './tracker.ts';

export interface Plannable {
  readonly stage: Stage;
  readonly profile: Profile;
}

/** A change of one setting that relieves an element. */
export interface Mend {
  /** Path in the stage's file: `settlement.maxConcurrency`. */
  readonly path: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly apply: (plan: Plannable) => Plannable;
}

/** Advice where no setting of the stage helps. */
export interface Advice {
  readonly text: string;
}

/** Factor above the observed peak. */
export const headroom = 1.25;

const stagesFile = 'stacks/model/stages/stages.ts';
const defaultsFile = 'stacks/model/stages/stage-defaults.ts';

/** The setting that limits an element, raised to fit its peak, or advice. */
export function findMend(element: Element, plan: Plannable): Mend | Advice {
  const [first = '', second = '', third = ''] = element.id.split('.');
  switch (first) {
    case 'api':
      return second === 'account' ? quota('throttle rate (L-8A5B8E43)') : mendThrottle(second, element, plan);
    case 'account':
      if (second === 'provisioned') return lowerFloors(element, plan);
      return quota('concurrent executions (L-B99A9384)');
    case 'functions':
      return quota('concurrent executions (L-B99A9384)');
    case 'tables':
      return mendTable(second as TableName, third, element, plan);
    case 'settlement':
      if (second === 'shards') return mendShards(plan);
      if (element.reason === slowedByErrors)
        return {
          text: 'report the failed messages of a batch instead of throwing: only thrown errors slow the pollers',
        };
      if (second === 'pollers') return { text: 'pollers add 300 batches a minute: a larger batch needs fewer of them' };
      return mendNumber(['settlement', 'maxConcurrency'], atLeast(element, limits.queueConcurrencyMax.value), plan);
    case 'fulfilment':
      return mendNumber(['fulfilment', 'maxConcurrency'], atLeast(element, limits.queueConcurrencyMax.value), plan);
    case 'projection': {
      const factor = Math.ceil(
        plan.stage.projection.parallelizationFactor * Math.max(1, element.peakCount / element.limit) * headroom,
      );
      const wanted = Math.min(limits.streamParallelizationMax.value, factor);
      return mendNumber(['projection', 'parallelizationFactor'], wanted, plan);
    }
    case 'partner':
      return { text: 'the partner is down in this profile: orders wait, and are handed over after it' };
    default:
      return second === 'coldStarts' ? mendFloor(first as Service, element, plan) : { text: 'no setting' };
  }
}

function lowerFloors({ peak, limit }: Element, { stage }: Plannable): Advice {
  const named = Object.entries(stage.functions).filter(([, { provisioned }]) => provisioned !== null);
  const paths = named.map(([service]) => `functions.${service}.provisioned`).join(', ');
  // The peak is a mean over a second of steps: its last bits are rounding.
  const excess = Math.ceil(peak - limit - 1e-6);
  return {
    text: `lower ${paths} by ${excess} together, or raise a quota of the account, concurrent executions (L-B99A9384)`,
  };
}

const quota = (name: string): Advice => ({ text: `no setting: a quota of the account, ${name}; ask AWS to raise it` });

function atLeast({ limit, peakCount }: Element, max: number): number {
  return Math.min(max, Math.max(Math.ceil(limit * headroom), Math.ceil(peakCount * headroom)));
}

type Path = readonly string[];

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], value);
}

function withValue<T>(value: T, [key, ...rest]: Path, to: unknown): T {
  if (key === undefined) return to as T;
  const record = (value ?? {}) as Record<string, unknown>;
  return { ...record, [key]: withValue(record[key], rest, to) } as T;
}

/** File with a stage's value: the defaults, unless the stage overrides it. */
export const fileOf = (stage: Stage, path: Path): string =>
  JSON.stringify(valueAt(stage, path)) === JSON.stringify(valueAt(base, path)) ? defaultsFile : stagesFile;

export function mendNumber(path: Path, to: unknown, { stage }: Plannable): Mend {
  return {
    path: path.join('.'),
    file: fileOf(stage, path),
    from: JSON.stringify(valueAt(stage, path)),
    to: JSON.stringify(to),
    apply: (plan) => ({ ...plan, stage: withValue(plan.stage, path, to) }),
  };
}

function mendThrottle(route: string, { peak }: Element, plan: Plannable): Mend | Advice {
  const row = routes.find(({ name }) => name === route);
  if (!row) return { text: 'no setting' };
  const wanted = Math.ceil((peak * headroom) / 10) * 10;
  if (wanted > limits.apiRate.value) return quota('throttle rate (L-8A5B8E43)');
  return mendNumber(['api', 'throttles', row.throttle, 'ratePerSecond'], wanted, plan);
}

function mendTable(table: TableName, kind: string, { peak, reason }: Element, plan: Plannable): Mend | Advice {
  const wanted = Math.ceil((peak * headroom) / 100) * 100;
  const isRead = kind === 'read';
  if (wanted > limits.tableUnits.value) return quota(`units of a table (${isRead ? 'L-CF0CBE56' : 'L-AB614373'})`);
  const billing = plan.stage.tables[table];
  const path = ['tables', table];
  if (billing.mode === 'provisioned') {
    const side = isRead ? 'read' : 'write';
    const range = { ...billing[side], minUnits: wanted, maxUnits: Math.max(wanted, billing[side].maxUnits) };
    return mendNumber([...path, side], range, plan);
  }
  const ceiling = isRead ? 'maxReadUnitsPerSecond' : 'maxWriteUnitsPerSecond';
  if (reason.includes('MaxOnDemand')) return mendNumber([...path, ceiling], wanted, plan);
  const warm = billing.warm ?? {
    readUnitsPerSecond: limits.warmReadMin.value,
    writeUnitsPerSecond: limits.warmWriteMin.value,
  };
  return mendNumber(
    [...path, 'warm'],
    { ...warm, [isRead ? 'readUnitsPerSecond' : 'writeUnitsPerSecond']: wanted },
    plan,
  );
}

function mendShards({ profile }: Plannable): Mend | Advice {
  const from = profile.shop.shards ?? 0;
  const to = Math.min(maxShards, Math.max(2, from * 2));
  if (from >= maxShards || profile.shop.shards === undefined)
    return {
      text: `the hot product needs more shards: sell it as two, or raise maxShards (${maxShards}) in functions/domain/sharding.ts`,
    };
  return {
    path: 'peakOrdersPerSecond of the product (shop.shards of the profile)',
    file: 'PUT /products/{sku}',
    from: `${from} shards`,
    to: `${to} shards`,
    apply: (plan) => ({ ...plan, profile: { ...plan.profile, shop: { ...plan.profile.shop, shards: to } } }),
  };
}

function mendFloor(service: Service, element: Element, plan: Plannable): Mend {
  const { provisioned } = plan.stage.functions[service];
  const floor = Math.max(2, Math.ceil(element.peakCount * headroom));
  const path = ['functions', service, 'provisioned'];
  const to = provisioned
    ? {
        ...provisioned,
        maxEnvironments: Math.max(floor, provisioned.maxEnvironments),
        ...(provisioned.floors.length === 0
          ? { minEnvironments: Math.max(floor, provisioned.minEnvironments) }
          : {
              floors: provisioned.floors.map((one) => ({
                ...one,
                minEnvironments: Math.max(floor, one.minEnvironments),
              })),
            }),
      }
    : { minEnvironments: floor, maxEnvironments: floor, targetUtilization: 0.7, floors: [] };
  return mendNumber(path, to, plan);
}
