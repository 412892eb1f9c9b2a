import type { TestProject } from 'vitest/node';
import { startPlatform } from '../../scripts/platform/platform.ts';
import { describe } from '../integration/setup.ts';
import { whyNoChromium } from './support/chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the storefront is open. */
    shopUrl: string;
    /** Why there is no browser here, and so no platform either. */
    noChromium: string | undefined;
  }
}

/** vitest globalSetup: the platform, whose edge serves the storefront; nothing where no browser starts. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const reason = await whyNoChromium();
  project.provide('noChromium', reason);
  if (reason !== undefined) return async () => {};
  const stage = process.env.STAGE;
  const platform = await startPlatform({ ...(stage ? { stage } : {}) });
  project.provide('platform', describe(platform));
  project.provide('shopUrl', platform.edgeUrl);
  return () => platform.stop();
}
