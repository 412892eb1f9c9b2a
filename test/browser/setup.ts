import type { TestProject } from 'vitest/node';
import { startPlatform } from '../../scripts/local/platform.ts';
import { describe } from '../integration/setup.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the storefront is open. */
    shopUrl: string;
  }
}

/** vitest globalSetup: the platform, whose edge serves the storefront. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stage = process.env.STAGE;
  const platform = await startPlatform({ ...(stage ? { stage } : {}) });
  project.provide('platform', describe(platform));
  project.provide('shopUrl', platform.edgeUrl);
  return () => platform.stop();
}
