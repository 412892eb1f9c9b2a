import type { TestProject } from 'vitest/node';
import { startPlatform } from '../../scripts/local/platform.ts';
import { buildStorefront } from '../../scripts/storefront/build.ts';
import { describe } from '../integration/setup.ts';
import { servePage } from './support/page-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the storefront is open. */
    shopUrl: string;
  }
}

/** vitest globalSetup: the platform, with the storefront in front of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stage = process.env.STAGE;
  const folder = await buildStorefront();
  const platform = await startPlatform({ ...(stage ? { stage } : {}) });
  const { issuer } = platform;
  const config = { stage: platform.stage, issuer: issuer.url, clientId: issuer.audience, scope: 'openid' };
  const page = await servePage({ folder, apiUrl: platform.apiUrl, config });
  issuer.allowOrigin(page.url);
  project.provide('platform', describe(platform));
  project.provide('shopUrl', page.url);
  return async () => {
    await page.close();
    await platform.stop();
  };
}
