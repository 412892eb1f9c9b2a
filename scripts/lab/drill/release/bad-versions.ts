import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bundleOptions } from '../../../../stacks/build/bundle.ts';
import { projectFolder } from '../../../../stacks/build/folders.ts';
import { type Service, serviceNames, services } from '../../../../stacks/model/services.ts';
import type { OtherVersion } from '../../../platform/functions/versions.ts';

export const badVersions = ['throws', 'slow', 'wrong-state'] as const;
export type BadVersion = (typeof badVersions)[number];

export interface BadOptions {
  readonly folder: string;
  /** Minimum delay that the slow version adds to an API call. */
  readonly slowerByMs: number;
}

/** State that the bad version writes and no version can read. */
export const unknownState = 'RESERVED';
const writer = 'functions/adapters/aws/orders.ts';
const right = 'open: openValue(';
const wrong = `state: '${unknownState}', open: openValue(`;

/** Builds a version of all functions with one fault. */
export async function makeBad(name: BadVersion, options: BadOptions): Promise<OtherVersion> {
  const folder = join(options.folder, name);
  const bundlePath = (service: Service) => join(folder, service, 'index.js');
  const plugins = name === 'wrong-state' ? [writeWrongState] : [];
  await build({ ...bundleOptions(serviceNames), outdir: join(folder, 'good'), plugins });
  for (const service of serviceNames) {
    mkdirSync(join(folder, service), { recursive: true });
    writeFileSync(bundlePath(service), wrap(name, service, options));
  }
  return { name, bundlePath };
}

/** Source of a faulty handler around the good one, built from the same sources. */
function wrap(name: BadVersion, service: Service, { slowerByMs }: BadOptions): string {
  const load = `const { handler } = require('../good/${service}/index.js');\n`;
  if (name === 'throws') return `exports.handler = async () => { throw new Error('the bad version throws'); };\n`;
  if (name !== 'slow' || services[service].trigger.kind !== 'api') return `${load}exports.handler = handler;\n`;
  return `${load}exports.handler = async (event, context) => {
  const begun = performance.now();
  const result = await handler(event, context);
  const ms = Math.max(performance.now() - begun, ${slowerByMs});
  await new Promise((resolve) => setTimeout(resolve, ms));
  return result;
};\n`;
}

const writeWrongState: Plugin = {
  name: 'write-wrong-state',
  setup: ({ onLoad }) =>
    onLoad({ filter: /adapters[\\/]aws[\\/]orders\.ts$/ }, ({ path }) => ({
      contents: spoil(readFileSync(path, 'utf8')),
      loader: 'ts',
    })),
};

/** @throws when the quoted source line has changed */
export function spoil(source = readFileSync(join(projectFolder, writer), 'utf8')): string {
  if (source.split(right).length !== 2)
    throw new Error(`${writer} must have '${right}' once; change scripts/lab/drill/release/bad-versions.ts with it`);
  return source.replace(right, wrong);
}
