import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Long enough for a busy machine; only failing tests wait for all of it.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
          // Reloading the modules for each file would take as long as the tests.
          isolate: false,
          // Property tests take many runs, and the machine may be busy.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
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
          // All files share one platform and one process; each test uses its own products and customers.
          fileParallelism: false,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'platforms',
          include: ['test/platforms/**/*.test.ts'],
          // Some start a whole platform more than once, while other steps run.
          testTimeout: 120_000,
          // Each file starts its own platform.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/{storefront,foreign-page}.test.ts'],
          globalSetup: ['test/browser/setup.ts'],
          testTimeout: 60_000,
          // The hook unpacks the browser.
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'terraform',
          include: ['test/terraform/**/*.test.ts'],
          globalSetup: ['test/terraform/setup.ts'],
          isolate: false,
          // One Terraform provider takes 700 MB.
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
          // These tests mostly wait for emulators.
          maxWorkers: 3,
          env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
          testTimeout: 15_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
