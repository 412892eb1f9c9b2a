import type { Draft } from '../draft.ts';
import type { TableIndex } from './table-index.ts';
import { conformance, deployedTest, unitTest } from './test-sources.ts';

/** The query on every backend of the suite, and the answer of the route in memory and deployed. */
export function addTests(draft: Draft, index: TableIndex): void {
  const { id, module } = index;
  const folder = 'test/clouds/conformance';
  draft.create(`${folder}/suite/${module}-tests.ts`, conformance(index));
  draft.after(`${folder}/conform.ts`, ['everywhere', '=queueTests'], `${id}Tests`);
  draft.import(`${folder}/conform.ts`, [`${id}Tests`], `./suite/${module}-tests.ts`);
  draft.create(`test/unit/stock/others-of-${module}.test.ts`, unitTest(index));
  draft.create(`test/integration/${module}.test.ts`, deployedTest(index));
}
