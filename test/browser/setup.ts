import type { TestProject } from 'vitest/node';
import { whyNoChromium } from '../../scripts/pictures/chromium.ts';
import { startPlatform } from '../../scripts/platform/platform.ts';
import { describe } from '../integration/setup.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the storefront. */
    shopUrl: string;
    /** Why no browser starts; then the platform is not started either. */
    noChromium: string | undefined;
  }
}

/** vitest globalSetup: starts the platform, whose edge serves the storefront, if a browser can start. */
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
