import { tmpdir } from 'node:os';
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** A real Chromium, from a package of the registry: no system package, no download beside npm's. */
export async function startChromium(): Promise<Browser> {
  chromiumPackage.setGraphicsMode = false;
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? (await chromiumPackage.executablePath()),
    // Not the package's own arguments: they are for Lambda, switch web security off, and run in one process.
    args: ['--no-sandbox', '--no-zygote', '--disable-background-networking', '--disable-component-update'],
    env: { ...process.env, HOME: tmpdir() } as Record<string, string>,
  });
}

/** Asked before anything slow is started; undefined where a browser starts. */
export async function whyNoChromium(): Promise<string | undefined> {
  try {
    await (await startChromium()).close();
    return undefined;
  } catch (error) {
    const [why] = (error as Error).message.split('\n');
    return `no Chromium can start here (CHROMIUM=/path/to/one may name another): ${why}`;
  }
}
