import type { Draft } from '../draft.ts';
import type { Table } from './table.ts';

/** Adds name, shape, billing and access, from which stacks, alarms, dashboards and functions follow. */
export function addModel(draft: Draft, table: Table): void {
  const { name, owner } = table;
  draft.after('stacks/model/resources.ts', ['tableNames', 'coordination'], `'${name}'`);
  const shape = owner === 'catalog' ? "{ replicated: 'by the home region' }" : '{}';
  draft.after('stacks/model/table-shapes.ts', ['tableShapes', 'coordination'], `${name}: ${shape}`);
  addAccess(draft, table);
  addBilling(draft, table);
  draft.after(
    'scripts/operations/restore/plan.ts',
    ['lostBy', 'coordination'],
    `${name}: 'its rows come back by hand, from point-in-time recovery beside it'`,
  );
  draft.after('stacks/build/code-cache/first-calls.ts', ['firstEnvironment', 'COORDINATION_TABLE'], variable(table));
}

const variable = ({ name, upper }: Table) => `${upper}_TABLE: '${name}'`;

function addAccess(draft: Draft, { name, upper, owner }: Table): void {
  const services = 'stacks/model/services.ts';
  const row = (actions: string) => `{ kind: 'table', env: '${upper}_TABLE', table: '${name}', actions: [${actions}] }`;
  if (owner === 'catalog')
    draft.after(
      services,
      ['services', "={ kind: 'table', env: 'VIEWS_TABLE', table: 'views', actions: ['batchGet'] }"],
      row("'get'"),
    );
  draft.after(
    services,
    ['services', "={ kind: 'table', env: 'STOCK_TABLE', table: 'stock', actions: ['put', 'update'] }"],
    row("'get', 'put'"),
  );
}

function addBilling(draft: Draft, { name, owner }: Table): void {
  draft.after('stacks/model/stages/stage-defaults.ts', ['base', 'tables', 'coordination'], `${name}: smallOnDemand`);
  const stages = 'stacks/model/stages/stages.ts';
  draft.after(stages, ['staging', 'tables', 'coordination'], `${name}: smallOnDemand`);
  // Enough for the throttle of a route that reads, with a margin.
  const read = '{ ...smallOnDemand, maxReadUnitsPerSecond: 1_000 }';
  draft.after(stages, ['prod', 'tables', 'coordination'], `${name}: ${owner === 'catalog' ? read : 'smallOnDemand'}`);
}
