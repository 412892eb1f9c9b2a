import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { type CloudService, cloudServices } from '../model/clouds/scaling.ts';
import { bundleOptions } from './bundle.ts';
import { buildFolder, projectFolder } from './folders.ts';

/** Libraries left out of a bundle: the cloud's host provides them, and a second copy would break it. */
export const hosts = {
  azure: { library: '@azure/functions-core', target: 'node22', installs: [] },
  google: {
    library: '@google-cloud/functions-framework',
    target: 'node24',
    installs: ['@google-cloud/functions-framework'],
  },
} as const;

export type OtherCloud = keyof typeof hosts;
export const packagesOf = (cloud: OtherCloud) => join(projectFolder, 'functions', 'adapters', cloud);

/**
 * The options for AWS, except for the cloud's own library. Minified, because the SDKs hold megabytes of generated code.
 * The source map is kept separately.
 */
export function otherBundleOptions(cloud: OtherCloud, names: readonly CloudService[] = cloudServices) {
  const { library, target } = hosts[cloud];
  return {
    ...bundleOptions(),
    entryPoints: names.map((service) => ({
      in: join(projectFolder, 'functions', service, `${cloud}.ts`),
      out: join(service, 'index'),
    })),
    outdir: join(buildFolder, cloud),
    target,
    external: [library],
    nodePaths: [join(packagesOf(cloud), 'node_modules')],
    minify: true,
    // Errors and logs show the names of classes and functions.
    keepNames: true,
    sourcemap: 'external',
  } satisfies BuildOptions;
}
