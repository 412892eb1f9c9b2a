import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // A busy machine takes its time, and what never comes fails after it all the same.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
          // Loading the modules anew for each file takes as long as the tests.
          isolate: false,
          // Properties take many runs, and a busy machine takes its time.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'simulation',
          include: ['scripts/lab/simulation/**/*.test.ts'],
          env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'synth',
          include: ['test/synth/**/*.test.ts'],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/browser/purchase.test.ts'],
          globalSetup: ['test/integration/setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One platform for all files, and one process; each test keeps to products and customers of its own.
          fileParallelism: false,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'platforms',
          include: ['test/platforms/**/*.test.ts'],
          // Some start a whole platform more than once, beside what else runs.
          testTimeout: 120_000,
          // Each starts a platform of its own.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/storefront.test.ts'],
          globalSetup: ['test/browser/setup.ts'],
          testTimeout: 60_000,
          // The browser is unpacked there.
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'terraform',
          include: ['test/terraform/**/*.test.ts'],
          isolate: false,
          // A provider of Terraform's takes 700 MB.
          maxConcurrency: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'clouds',
          include: ['test/clouds/**/*.test.ts'],
          // They wait for emulators more than they work.
          maxWorkers: 3,
          env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
          testTimeout: 15_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
