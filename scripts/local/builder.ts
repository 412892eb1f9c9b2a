import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BuildContext, context, type Metafile } from 'esbuild';
import { bundleOptions } from '../../stacks/bundle.ts';
import { CliError } from '../cli.ts';
import { type ServiceName, services } from './capacity.ts';
import { projectFolder } from './paths.ts';

/** One rebuild: what changed, and the services that it is part of. */
export interface Rebuild {
  readonly files: readonly string[];
  readonly services: readonly ServiceName[];
  readonly errors: readonly string[];
}

export interface Builder {
  /** Resolves at once, or when the rebuild that is under way is done. */
  idle(): Promise<void>;
  bundleOf(service: ServiceName): string;
  /** Starts to watch; `onRebuild` is part of the rebuild: `idle` waits for it. */
  watch(onRebuild: (rebuild: Rebuild) => Promise<void>): void;
  stop(): Promise<void>;
}

/** Editors write a file in several steps. */
const settleMs = 15;

/** Builds all functions with the options of the deployment, and keeps esbuild's state for fast rebuilds. */
export async function startBuilder(outputFolder: string): Promise<Builder> {
  const options = { ...bundleOptions(), outdir: outputFolder, metafile: true, logLevel: 'silent' } as const;
  const esbuild: BuildContext<typeof options> = await context(options);
  const first = await build(esbuild);
  let current = Promise.resolve();
  let watcher: FSWatcher | undefined;
  const rebuild = async (changed: Set<string>, onRebuild: (rebuild: Rebuild) => Promise<void>) => {
    await sleep(settleMs);
    const files = [...changed];
    changed.clear();
    const next = await build(esbuild);
    const touched = services.filter((service) => files.some((file) => uses(next, service, file)));
    await onRebuild({ files, services: next.errors.length > 0 ? [] : touched, errors: next.errors });
  };
  if (first.errors.length > 0)
    throw new CliError('build_failed', first.errors.join('\n'), 'Correct the function, and start again.');
  return {
    idle: () => current,
    bundleOf: (service) => join(outputFolder, service, 'index.js'),
    watch: (onRebuild) => {
      const changed = new Set<string>();
      watcher = watch(join(projectFolder, 'functions'), { recursive: true }, (_event, name) => {
        if (!name || !/\.(ts|json)$/.test(name)) return;
        changed.add(join('functions', name));
        if (changed.size === 1) current = current.then(() => rebuild(changed, onRebuild));
      });
    },
    stop: async () => {
      watcher?.close();
      await esbuild.dispose();
    },
  };
}

interface Built {
  readonly errors: readonly string[];
  readonly metafile?: Metafile;
}

async function build(esbuild: BuildContext<{ metafile: true }>): Promise<Built> {
  try {
    const { metafile } = await esbuild.rebuild();
    return { errors: [], metafile };
  } catch (error) {
    // The last good bundles stay where they are.
    return { errors: [(error as Error).message] };
  }
}

function uses({ metafile }: Built, service: ServiceName, file: string): boolean {
  const outputs = Object.entries(metafile?.outputs ?? {});
  return outputs.some(([path, { inputs }]) => path.endsWith(`${service}/index.js`) && file in inputs);
}
