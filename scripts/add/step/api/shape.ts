import type { Shape, Words } from '../shape.ts';
import type { Spelling } from '../spelling.ts';
import { addApi, routeOf } from './add-api.ts';
import { probe } from './probe.ts';

/** A service that answers a public read about a product. */
export function apiShape(step: Spelling): Shape {
  const { name } = step;
  return {
    like: 'intake',
    row: `trigger: { kind: 'api' },
      access: [{ kind: 'table', env: 'CATALOG_TABLE', table: 'catalog', actions: ['get'] }]`,
    limits: '// Waits for one read.\n{ memoryMb: 512, timeoutSeconds: 10, provisioned: null }',
    azure: { queues: '{ sends: [] }', writes: false, rights: [], alerts: [`${name}-errors`, `${name}-5xx`] },
    google: { role: 'viewer', rights: [], alerts: [`${name}-errors`] },
    costs: { alarms: 3, polled: 0, alerts: 2, schedules: 0, apis: 1, environments: { dev: 0, prod: 0 } },
    words: words(step),
    probe: probe(step),
    planned: 'time(2, 0)',
    add: addApi,
  };
}

function words(step: Spelling): Words {
  const { name } = step;
  const { name: operation, path } = routeOf(step);
  return {
    diagram: [`    client -->|GET .../${name}| ${name}`, `    ${name} --> products`],
    found: `
For \`${operation}\`, of ${name}, the decision is made in \`functions/${name}/read-${name}.ts\`; its tests on the deployed API
are in \`test/integration/${name}.test.ts\`.`,
    changelog: `The step \`${name}\`: a service that answers \`GET ${path}\`, with its alarms and its path at the edge.`,
  };
}
