import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { buildTraceable, packageOptions, startOf } from '../../../stacks/build/bundle.ts';
import { buildFolder } from '../../../stacks/build/folders.ts';
import { writeTree } from '../../../stacks/build/write-tree.ts';
import { type Bug, buggySource, fileOf } from '../bugs.ts';

export const functionNames = ['api', 'worker'] as const;
export type FunctionName = (typeof functionNames)[number];

/** Each seeded bug has its own output folder, so that its build is never mistaken for the correct one. */
const outputOf = (bug: Bug | undefined) => join(buildFolder, 'examples', bug ? `jobs-${bug.name}` : 'jobs');

export const bundleFolder = (name: FunctionName, bug: Bug | undefined): string => join(outputOf(bug), name);

/** Builds both functions as the project's own are built. */
export async function bundleJobs(bug: Bug | undefined): Promise<void> {
  const options = packageOptions([]);
  const built = await buildTraceable({
    ...options,
    entryPoints: functionNames.map((name) => ({
      in: join(import.meta.dirname, '../functions', `${name}-aws.ts`),
      out: join(name, 'index'),
    })),
    outdir: outputOf(bug),
    plugins: [...(bug ? [seeded(bug)] : []), ...options.plugins],
  });
  for (const name of functionNames) {
    const folder = bundleFolder(name, bug);
    const { file, code } = built(folder, `jobs-${name}-aws`);
    writeTree(
      folder,
      new Map([
        [file, code],
        ['index.mjs', startOf(file)],
      ]),
    );
  }
}

function seeded(bug: Bug): Plugin {
  const file = fileOf(bug);
  return {
    name: 'seeded-bug',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        path === file ? { contents: buggySource(bug), loader: 'ts' } : undefined,
      );
    },
  };
}
