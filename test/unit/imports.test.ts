import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkImports } from '../../scripts/imports/cruise.ts';
import { rules } from '../../scripts/imports/rules.ts';
import { partNames, parts } from '../../scripts/parts/parts.ts';
import { listFiles } from '../../scripts/parts/remove-part.ts';

const root = join(import.meta.dirname, '../..');

/** For each rule one import that breaks it. */
const broken: Record<string, readonly [from: string, statement: string]> = {
  'no-circles': ['functions/domain/circle.ts', "export * from './other.ts';"],
  'imports-resolve': ['test/unit/missing.test.ts', "import './not-there.ts';"],
  'storefront-takes-only-types-from-contracts': [
    'storefront/src/a.ts',
    "import { x } from '../../functions/contracts/x.ts';",
  ],
  'storefront-imports-contracts': ['storefront/src/b.ts', "import type { x } from '../../functions/domain/x.ts';"],
  'google-sdk-only-in-google-code': ['functions/settlement/google-sdk.ts', "import '@google-cloud/firestore';"],
  'order-states-import-nothing': ['functions/domain/order-states.ts', "import './x.ts';"],
  'lib-imports-nothing': ['functions/lib/a.ts', "import '../domain/x.ts';"],
  'domain-imports-itself': ['functions/domain/a.ts', "import '../contracts/x.ts';"],
  'contracts-import-the-domain': ['functions/contracts/a.ts', "import '../ports/x.ts';"],
  'ports-import-contracts-and-domain': ['functions/ports/a.ts', "import '../resilience/x.ts';"],
  'resilience-imports-ports': ['functions/resilience/a.ts', "import '../runtime/x.ts';"],
  'lending-imports-ports': ['functions/lending/a.ts', "import '../adapters/aws/x.ts';"],
  'runtime-knows-no-service-and-no-store': ['functions/runtime/a.ts', "import '../settlement/x.ts';"],
  'memory-adapters-know-no-sdk': ['functions/adapters/memory/a.ts', "import 'zod';"],
  'single-partition-knows-no-sdk': ['functions/adapters/single-partition/a.ts', "import '@azure/data-tables';"],
  'http-adapters-know-no-cloud': ['functions/adapters/http/a.ts', "import '@aws-sdk/client-sqs';"],
  'aws-adapters-import-its-sdk': ['functions/adapters/aws/a.ts', "import '../../settlement/x.ts';"],
  'azure-adapters-import-its-sdks': ['functions/adapters/azure/a.ts', "import '../aws/x.ts';"],
  'google-adapters-import-its-sdk': ['functions/adapters/google/a.ts', "import '../single-partition/x.ts';"],
  'use-cases-know-no-sdk-and-no-other-service': ['functions/settlement/a.ts', "import '../intake/x.ts';"],
  'shared-code-of-entries-knows-no-cloud': ['functions/settlement/messages.ts', "import '../adapters/aws/x.ts';"],
  'aws-entries-know-no-other-service-or-cloud': ['functions/settlement/aws.ts', "import '../intake/x.ts';"],
  'azure-entries-know-no-other-service-or-cloud': [
    'functions/settlement/azure.ts',
    "import '../adapters/google/x.ts';",
  ],
  'google-entries-know-no-other-service-or-cloud': ['functions/settlement/google.ts', "import '../adapters/aws/x.ts';"],
  'escrow-stands-apart': ['functions/escrow/a.ts', "import '../settlement/x.ts';"],
  'functions-import-no-other-tree': ['functions/settlement/b.ts', "import '../../stacks/model/x.ts';"],
  'model-imports-contracts': ['stacks/model/a.ts', "import '../aws/x.ts';"],
  'model-knows-no-tool': ['stacks/model/b.ts', "import 'aws-cdk-lib';"],
  'deployability-rules-import-the-model': ['stacks/rules/a.ts', "import '../aws/x.ts';"],
  'build-imports-the-model': ['stacks/build/a.ts', "import '../terraform/x.ts';"],
  'cdk-stacks-import-the-model': ['stacks/aws/a.ts', "import '../terraform/x.ts';"],
  'terraform-stacks-import-the-model': ['stacks/terraform/a.ts', "import '../aws/x.ts';"],
  'cli-is-the-ground': ['scripts/cli/a.ts', "import '../platform/x.ts';"],
  'report-is-the-ground': ['scripts/report/a.ts', "import '../cli/x.ts';"],
  'planner-knows-the-stages-and-no-sale': ['scripts/planner/a.ts', "import '../sale/x.ts';"],
  'only-commands-import-the-planner': ['scripts/report/planned.ts', "import '../planner/x.ts';"],
  'prices-are-data': ['scripts/prices/a.ts', "import '../cli/x.ts';"],
  'dynamodb-knows-its-indexes': ['scripts/dynamodb/a.ts', "import '../../functions/domain/x.ts';"],
  'platform-knows-no-sale': ['scripts/platform/a.ts', "import '../sale/x.ts';"],
  'sale-imports-the-platform': ['scripts/sale/a.ts', "import '../lab/soak/x.ts';"],
  'the-checker-has-its-own-rules': ['scripts/sale/check/a.ts', "import '../../../functions/domain/x.ts';"],
  'operations-import-the-sale': ['scripts/operations/a.ts', "import '../lab/soak/x.ts';"],
  'labs-import-the-sale-and-no-other-lab': ['scripts/lab/drill/a.ts', "import '../soak/x.ts';"],
  'the-simulated-operator-runs-the-real-tools': [
    'scripts/lab/simulation/operator/a.ts',
    "import '../../../operations/find-stage.ts';",
  ],
  'local-clouds-import-the-sale': ['scripts/clouds/a.ts', "import '../lab/soak/x.ts';"],
  'parity-imports-the-stacks': ['scripts/parity/a.ts', "import '../sale/x.ts';"],
  'rules-command-reads-templates': ['scripts/rules/a.ts', "import '../sale/x.ts';"],
  'upgrade-knows-no-words': ['scripts/upgrade/a.ts', "import '../fork/x.ts';"],
  'add-uses-git': ['scripts/add/a.ts', "import '../sale/x.ts';"],
  'fork-imports-parts-and-upgrade': ['scripts/fork/a.ts', "import '../sale/x.ts';"],
  'a-version-renders-itself-without-packages': ['scripts/fork/render.ts', "import '../platform/x.ts';"],
  'openapi-imports-contracts': ['scripts/openapi/a.ts', "import '../platform/x.ts';"],
  'observability-imports-the-platform': ['scripts/observability/a.ts', "import '../sale/x.ts';"],
  'contracts-run-the-functions': ['scripts/contracts/a.ts', "import '../sale/x.ts';"],
  'verify-runs-commands': ['scripts/verify/a.ts', "import '../lab/soak/x.ts';"],
  'commands-import-no-command': ['scripts/commands/run/first.ts', "import '../prove/second.ts';"],
  'nothing-below-imports-a-command': ['scripts/sale/b.ts', "import '../commands/prove/second.ts';"],
  'what-stays-imports-what-stays': ['scripts/report/b.ts', "import '../sale/x.ts';"],
  'what-stays-knows-nothing-of-the-shop': ['scripts/platform/b.ts', "import './partner/x.ts';"],
  'examples-import-what-stays': ['examples/jobs/functions/a.ts', "import '../../../functions/settlement/x.ts';"],
  'examples-know-nothing-of-the-shop': ['examples/jobs/run/a.ts', "import '../../../scripts/platform/partner/x.ts';"],
  'the-checker-of-an-example-has-its-own-rules': ['examples/jobs/check/a.ts', "import '../functions/x.ts';"],
  'only-commands-import-examples': ['scripts/cli/example.ts', "import '../../examples/jobs/x.ts';"],
  'scripts-import-no-test': ['scripts/sale/c.ts', "import '../../test/x.ts';"],
};
const folder = mkdtempSync(join(tmpdir(), 'imports-'));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

beforeAll(() => {
  for (const [file, statement] of Object.values(broken)) {
    write(file, statement);
    const target = /'(\.[^']+)'/.exec(statement)?.[1];
    if (target && !target.includes('not-there')) write(join(dirname(file), target), 'export const x = 1;');
  }
  write('functions/domain/other.ts', "export * from './circle.ts';");
});
afterAll(() => rmSync(folder, { recursive: true }));

const checked = checkImports(root);

test('every import of the project keeps the layers', async () => {
  const report = await checked;
  expect(report.violations).toEqual([]);
  expect(report.unread).toEqual([]);
  expect(report.imports).toBeGreaterThan(3 * report.files);
});

// `npm run parts -- --check` runs all checks without the part.
test.each(partNames)('no file that stays imports one that goes with %s', async (name) => {
  const { paths, edits } = parts[name];
  const gone = new Set(listFiles(root, paths));
  if (gone.size === 0) return;
  const isEdited = ([from, to]: readonly [string, string]) =>
    edits.some(({ file, line }) => file === from && line.includes(basename(to)));
  const { arrows } = await checked;
  const left = arrows.filter((arrow) => !gone.has(arrow[0]) && gone.has(arrow[1]) && !isEdited(arrow));
  expect(left).toEqual([]);
});

test('each rule reports an import that breaks it', async () => {
  const { violations } = await checkImports(folder);
  const found = (name: string, file: string) => violations.some((text) => text.startsWith(`${name}: ${file} ->`));
  expect(Object.keys(broken).sort()).toEqual(rules.map(({ name }) => name).sort());
  expect(Object.entries(broken).filter(([name, [file]]) => !found(name, file))).toEqual([]);
});

test('keeps the layers when the folders of a cloud are gone', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'imports-'));
  for (const tree of ['functions', 'stacks', 'scripts', 'test', 'storefront']) mkdirSync(join(empty, tree));
  writeFileSync(join(empty, 'functions', 'a.ts'), 'export const x = 1;');
  expect(await checkImports(empty)).toMatchObject({ violations: [], unread: [] });
  rmSync(empty, { recursive: true });
});
