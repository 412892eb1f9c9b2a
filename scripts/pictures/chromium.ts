import { tmpdir } from 'node:os';
import chromiumPackage from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Starts Chromium from an npm package: needs no system package and no further download. */
export async function startChromium(more: readonly string[] = []): Promise<Browser> {
  chromiumPackage.setGraphicsMode = false;
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? (await chromiumPackage.executablePath()),
    // The package's own arguments target Lambda: they disable web security and run in one process.
    args: ['--no-sandbox', '--no-zygote', '--disable-background-networking', '--disable-component-update', ...more],
    env: { ...process.env, HOME: tmpdir() } as Record<string, string>,
  });
}

/** Checked before any slow start; undefined if a browser can start. */
export async function whyNoChromium(): Promise<string | undefined> {
  try {
    await (await startChromium()).close();
    return undefined;
  } catch (error) {
    const [why] = (error as Error).message.split('\n');
    return `Chromium cannot start (set CHROMIUM=/path/to/chromium to use another one): ${why}`;
  }
}
