import { join } from 'node:path';
import { createVitest } from 'vitest/node';
import type { TestedMutant } from '../mutants/mutant.ts';
import { mutated, root } from './mutate.ts';

export interface MutantTests {
  /** @returns names of tests that fail with the bug injected @throws when the test file does not load */
  findFailures(mutant: TestedMutant): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Uses one Vitest for all mutants, so that it transforms only the mutated file again. */
export async function startMutantTests(): Promise<MutantTests> {
  let current: TestedMutant | undefined;
  const plugin = {
    name: 'mutant',
    enforce: 'pre' as const,
    transform: (code: string, id: string) =>
      current && id.split('?')[0] === join(root, current.file) ? mutated(current, code) : undefined,
  };
  const vitest = await createVitest(
    'test',
    {
      ...{ root, config: false, watch: false, include: ['test/**/*.test.ts'], reporters: [{}] },
      // The cache would keep modules that contain the bug.
      fsModuleCache: false,
      env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
      testTimeout: 30_000,
    },
    { plugins: [plugin] },
  );

  return {
    async findFailures(mutant) {
      current = mutant;
      vitest.invalidateFile(join(root, mutant.file));
      try {
        const specifications = await vitest.globTestSpecifications([mutant.test]);
        const { testModules } = await vitest.runTestSpecifications(specifications);
        // Vitest also returns the modules of earlier runs.
        const own = testModules.filter(({ moduleId }) => moduleId === join(root, mutant.test));
        const [error] = own.flatMap((module) => module.errors());
        if (error) throw new Error(`${mutant.test} does not load: ${error.message}`);
        const tests = own.flatMap((module) => [...module.children.allTests('failed')]);
        return tests.map(({ name }) => name);
      } finally {
        current = undefined;
        vitest.invalidateFile(join(root, mutant.file));
      }
    },
    close: () => vitest.close(),
  };
}
