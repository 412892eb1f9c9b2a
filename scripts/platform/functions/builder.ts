import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BuildContext, context } from 'esbuild';
import { bundleOptions } from '../../../stacks/build/bundle.ts';
import { fromVendor, linkVendor, type Vendor } from '../../../stacks/build/vendor.ts';
import { type Service, serviceNames } from '../../../stacks/model/services.ts';
import { CliError } from '../../cli/cli.ts';
import { projectFolder } from '../process/paths.ts';
import { watchFolder } from '../process/watch-folder.ts';
import type { Preload } from './served-function.ts';

/** Called to activate a service's new bundle. */
export type OnBuilt = (service: Service) => void | Promise<void>;

export interface Builder {
  /** Resolves when all services have been built once. */
  readonly ready: Promise<void>;
  bundlePath(service: Service): string;
  /** The packages that most functions load; undefined if the bundles contain them. Waits for `ready`. */
  sharedPackages(): Promise<Preload | undefined>;
  /** Resolves when a service's newest code is active; immediately if nothing changed. */
  fresh(service: Service): Promise<void>;
  /** Starts watching the functions' files. */
  watch(onBuilt: OnBuilt, log: (text: string) => void): void;
  stop(): Promise<void>;
}

/** Wait after a change, because editors write a file in several steps. */
const settleMs = 15;

/**
 * Builds functions with the options of the deployment, and keeps esbuild's state for fast rebuilds. Each service has
 * its own build, so a call waits only for its own service, even after a change of shared code.
 *
 * With `packagesApart`, packages are linked once for all services, into a file that the bundles load: a rebuild then
 * links only the functions' own code. The engine's workers need a function in one file.
 */
export function startBuilder(outputFolder: string, { packagesApart }: { packagesApart: boolean }): Builder {
  const vendor = packagesApart ? linkVendor(bundleOptions(serviceNames)) : Promise.resolve(undefined);
  const builds = new Map(serviceNames.map((service) => [service, new ServiceBuild(service, outputFolder, vendor)]));
  const ready = Promise.all([...builds.values()].map((build) => build.first())).then(() => {});
  // Callers of `ready` get the error. This handler prevents an unhandled rejection before there is a caller.
  ready.catch(() => {});
  const fresh = async (service: Service) => builds.get(service)?.fresh();
  let stopWatching = () => {};
  return {
    ready,
    bundlePath: (service) => join(outputFolder, service, 'index.js'),
    sharedPackages: () => ready.then(() => findShared(vendor, [...builds.values()])),
    fresh,
    watch: (onBuilt, log) => {
      for (const build of builds.values()) build.use(onBuilt, log);
      const rebuildAll = async () => {
        await sleep(settleMs);
        for (const service of serviceNames) await fresh(service);
      };
      stopWatching = watchFolder(join(projectFolder, 'functions'), (path) => {
        if (!/\.(ts|json)$/.test(path)) return;
        for (const build of builds.values()) build.changed(join('functions', path));
        void rebuildAll();
      });
    },
    stop: async () => {
      stopWatching();
      await ready.catch(() => {});
      for (const build of builds.values()) await build.stop();
    },
  };
}

async function findShared(
  vendor: Promise<Vendor | undefined>,
  builds: readonly ServiceBuild[],
): Promise<Preload | undefined> {
  const linked = await vendor;
  if (!linked) return undefined;
  const isUsual = (name: string) => builds.filter((build) => build.loads(name)).length > builds.length / 2;
  const packages = Object.keys(linked.names).filter(isUsual);
  return { file: linked.file, packages };
}

class ServiceBuild {
  readonly #service: Service;
  readonly #context: Promise<BuildContext<{ metafile: true; write: false }>>;
  #inputs = new Set<string>();
  #changedFiles = new Set<string>();
  #failed = false;
  #running: Promise<void> | undefined;
  #onBuilt: OnBuilt = () => {};
  #log: (text: string) => void = () => {};

  constructor(service: Service, outputFolder: string, vendor: Promise<Vendor | undefined>) {
    this.#service = service;
    const options = { ...bundleOptions([service]), outdir: outputFolder, metafile: true } as const;
    this.#context = vendor.then((linked) =>
      // This process writes the files: esbuild's process could still write after our cleanup.
      context({ ...options, plugins: linked ? [fromVendor(linked)] : [], write: false, logLevel: 'silent' }),
    );
  }

  async first(): Promise<void> {
    const errors = await this.#build();
    if (errors) throw new CliError('build_failed', errors, `Correct functions/${this.#service}, and start again.`);
  }

  use(onBuilt: OnBuilt, log: (text: string) => void): void {
    this.#onBuilt = onBuilt;
    this.#log = log;
  }

  loads(packageName: string): boolean {
    return this.#inputs.has(`vendor:${packageName}`);
  }

  /** Marks a file as changed. After a failed build, even an unused file counts, as it may be the missing one. */
  changed(file: string): void {
    if (this.#failed || this.#inputs.has(file)) this.#changedFiles.add(file);
  }

  async fresh(): Promise<void> {
    while (this.#running || this.#changedFiles.size > 0) {
      this.#running ??= this.#rebuild().finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    }
  }

  async stop(): Promise<void> {
    await this.#running;
    await (await this.#context).dispose();
  }

  async #rebuild(): Promise<void> {
    const started = performance.now();
    const files = [...this.#changedFiles].join(', ');
    this.#changedFiles.clear();
    const errors = await this.#build();
    if (errors) return this.#log(`${this.#service}: build failed, keeping the last good code\n${errors}`);
    try {
      await this.#onBuilt(this.#service);
      this.#log(`${this.#service}: new code after ${Math.round(performance.now() - started)} ms (${files})`);
    } catch (error) {
      this.#log(`${this.#service}: could not activate the new code: ${(error as Error).message}`);
    }
  }

  /** Returns the errors as text. After a failed build, the last good bundle stays in use. */
  async #build(): Promise<string | undefined> {
    try {
      const { metafile, outputFiles } = await (await this.#context).rebuild();
      for (const { path, contents } of outputFiles) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, contents);
      }
      this.#inputs = new Set(Object.keys(metafile.inputs));
      this.#failed = false;
      return undefined;
    } catch (error) {
      this.#failed = true;
      return (error as Error).message;
    }
  }
}
