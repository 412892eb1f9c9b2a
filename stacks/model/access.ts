import {
  deadLetterQueuesOf,
  type QueueName,
  type ResourceAccess,
  type Service,
  serviceNames,
  services,
  servicesInStack,
  type TableAccess,
} from './services.ts';
import { type Cell, hasRegions, isHome, otherRegions } from './stages/regions.ts';
import { ownsTable, tableName, tableShapes } from './table-shapes.ts';
import { type StreamReader, streamReaders } from './workers.ts';

/** The services of a stage in one of its regions. Services that call the CDN run only in its region. */
export const servicesIn = (cell: Cell): Service[] => (isHome(cell) ? serviceNames : servicesInStack('service'));

export const deadLetterQueuesIn = (cell: Cell): QueueName[] => deadLetterQueuesOf(servicesIn(cell));

export const streamReadersIn = (cell: Cell): StreamReader[] =>
  streamReaders.filter((name) => servicesIn(cell).includes(name));

/**
 * The resources that a service accesses in a stage: the rows of `services`, without those that only several regions
 * need.
 */
export const accessOf = (cell: Cell, service: Service): readonly ResourceAccess[] =>
  services[service].access.flatMap<ResourceAccess>((access) =>
    access.kind === 'table' ? inCell(cell, access) : [access],
  );

const reads: readonly string[] = ['get', 'batchGet', 'query', 'scan'];

function inCell(cell: Cell, access: TableAccess): TableAccess[] {
  const { amongRegions = [], ...row } = access;
  if (!hasRegions(cell)) return row.of || row.actions.length === 0 ? [] : [row];
  const all = [...row.actions, ...amongRegions];
  // The owner of a copy cannot know of a write to it.
  const actions = ownsTable(cell, row.table) ? all : all.filter((action) => reads.includes(action));
  return [{ ...row, actions }];
}

/** A resource bound to a function: its environment variable's value, and the ARNs that its permission names. */
export interface ResourceBinding {
  readonly value: string;
  readonly arns: readonly string[];
}

/** @param arnOf of a table by its name, in the cell's own region if none is given */
export function bindTables(
  cell: Cell,
  { table, of }: TableAccess,
  arnOf: (name: string, region?: string) => string,
): ResourceBinding {
  if (!of) {
    const value = tableName(cell, table);
    return { value, arns: [arnOf(value)] };
  }
  const others = otherRegions(cell).map((region) => ({ region, name: tableName(cell, table, region) }));
  if (tableShapes[table].replicated)
    return { value: others.map(({ name }) => name).join(','), arns: others.map(({ name }) => arnOf(name)) };
  return {
    value: others.map(({ region, name }) => `${region}=${name}`).join(','),
    arns: others.map(({ region, name }) => arnOf(name, region)),
  };
}
