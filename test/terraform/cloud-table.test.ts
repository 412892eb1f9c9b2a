import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cloudTables } from '../../stacks/model/clouds/cloud-table.ts';
import { stages } from '../../stacks/model/stages/stages.ts';

const page = readFileSync(new URL('../../docs/clouds.md', import.meta.url), 'utf8');
const tables = cloudTables(stages.prod);

test('docs/clouds.md holds the capability table of prod', () => {
  expect(page, `docs/clouds.md must hold:\n${tables.capabilities}`).toContain(tables.capabilities);
});

test('docs/clouds.md holds the table of service switches', () => {
  expect(page, `docs/clouds.md must hold:\n${tables.switches}`).toContain(tables.switches);
});
