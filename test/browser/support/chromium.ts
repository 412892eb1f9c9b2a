import { tmpdir } from 'node:os';
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** A real Chromium, from a package of the registry: no system package, no download beside npm's. */
export async function startChromium(): Promise<Browser | string> {
  try {
    chromiumPackage.setGraphicsMode = false;
    return await chromium.launch({
      executablePath: process.env.CHROMIUM ?? (await chromiumPackage.executablePath()),
      // Not the package's own arguments: they are for Lambda, switch web security off, and run in one process.
      args: ['--no-sandbox', '--no-zygote', '--disable-background-networking', '--disable-component-update'],
      env: { ...process.env, HOME: tmpdir() } as Record<string, string>,
    });
  } catch (error) {
    return `no Chromium can start here (CHROMIUM=/path/to/one may name another): ${(error as Error).message.split('\n')[0]}`;
  }
}
