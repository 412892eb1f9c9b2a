import { findToolLack } from '../platform/deploy/tools.ts';
import { type ExtraPackages, everyExtra } from '../platform/process/extra-packages.ts';

export interface Step {
  readonly part: string;
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Packages that only this step needs. */
  readonly needs?: readonly ExtraPackages[];
  /** Why it cannot run here; undefined when it can. */
  readonly lacking?: () => string | undefined;
}

const vitest = (project: string, ...more: readonly string[]) => [
  'vitest',
  'run',
  '--project',
  project,
  '--reporter=default',
  '--reporter=./scripts/test/summary-reporter.ts',
  ...more,
];

const faults = 'test/integration/faults';
const without = (...globs: readonly string[]) => globs.flatMap((glob) => ['--exclude', glob]);
/** Tests that do not depend on the API in front of the functions. */
const onOneApi = ['test/integration/workers/**', 'test/integration/{edge-staleness,origin-down}.test.ts'];

/** Parts whose steps start the engine. */
export const onEngine: readonly string[] = ['integration', 'platforms', 'clouds', 'browser'];

/**
 * Several run at a time. Of those that start the engine, and of the others, steps that need no further packages come
 * first, while those are installed; then the longest.
 */
export const steps: readonly Step[] = [
  { part: 'types', name: 'types', command: ['tsc', '-p', '.'] },
  { part: 'types', name: 'types, storefront', command: ['tsc', '-p', 'storefront'] },
  { part: 'lint', name: 'lint', command: ['biome', 'check', '--colors=off', '.'] },
  { part: 'lint', name: 'budgets of files and functions', command: ['oxlint', '.'] },
  {
    part: 'integration',
    name: 'integration, HTTP API and workers',
    command: vitest('integration', ...without(`${faults}/**`)),
    env: { STAGE: 'local' },
  },
  {
    part: 'integration',
    name: 'integration, faults',
    command: vitest('integration', faults),
    env: { STAGE: 'local' },
  },
  { part: 'platforms', name: 'platforms that start and stop', command: vitest('platforms') },
  { part: 'clouds', name: 'conformance on all clouds', command: vitest('clouds'), needs: ['azure', 'google'] },
  { part: 'simulation', name: 'simulation', command: vitest('simulation') },
  { part: 'synth', name: 'synthesis', command: vitest('synth') },
  {
    part: 'types',
    name: 'types, other clouds',
    command: ['tsc', '-p', 'tsconfig.clouds.json'],
    needs: everyExtra,
  },
  // A unit test reads every import of the project.
  {
    part: 'unit',
    name: 'unit and property tests',
    command: vitest('unit'),
    needs: everyExtra,
  },
  { part: 'terraform', name: 'Terraform stacks', command: vitest('terraform'), needs: ['terraform'] },
  {
    part: 'integration',
    name: 'integration, Function URLs',
    command: vitest('integration', ...without(`${faults}/**`, ...onOneApi)),
    env: { STAGE: 'local-url' },
  },
  { part: 'browser', name: 'storefront in a browser', command: vitest('browser'), env: { STAGE: 'local' } },
];

/** A foreign engine has either an HTTP API or Function URLs; the platform picks the stage. */
export const onEndpoint: readonly Step[] = [
  { part: 'integration', name: 'integration on AWS_ENDPOINT_URL', command: vitest('integration') },
];

/** Not part of `npm test`: waiting for the provider alone takes minutes. */
export const onTerraform: readonly Step[] = [
  {
    part: 'integration',
    name: 'integration on a stack applied by Terraform',
    command: vitest('integration'),
    env: { STAGE: 'local', IAC: 'terraform' },
    needs: ['terraform'],
    lacking: () => findToolLack('terraform'),
  },
];
