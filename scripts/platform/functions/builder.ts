import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BuildContext, context } from 'esbuild';
import { bundleOptions } from '../../../stacks/build/bundle.ts';
import { CliError } from '../../cli/cli.ts';
import { type ServiceName, services } from '../api/capacity.ts';
import { projectFolder } from '../process/paths.ts';
import { watchFolder } from '../process/watch-folder.ts';

/** Takes the new bundle of a service into use. */
export type OnBuilt = (service: ServiceName) => void | Promise<void>;

export interface Builder {
  /** Resolves when all services have been built once. */
  readonly ready: Promise<void>;
  bundleOf(service: ServiceName): string;
  /** Resolves when the newest code of a service is in use: at once, if nothing of it changed. */
  fresh(service: ServiceName): Promise<void>;
  /** Starts to watch the functions' files. */
  watch(onBuilt: OnBuilt, say: (text: string) => void): void;
  stop(): Promise<void>;
}

/** Editors write a file in several steps. */
const settleMs = 15;

/**
 * Builds functions with the options of the deployment, and keeps esbuild's state for fast rebuilds. Each service has
 * its own build, so that a call waits for the rebuild of its service only, and not for all five after a change that
 * they share.
 */
export function startBuilder(outputFolder: string): Builder {
  const builds = new Map(services.map((service) => [service, new ServiceBuild(service, outputFolder)]));
  const ready = Promise.all([...builds.values()].map((build) => build.first())).then(() => {});
  // Whoever waits for it gets the error; while nobody does yet, it is not an unhandled one.
  ready.catch(() => {});
  const fresh = async (service: ServiceName) => builds.get(service)?.fresh();
  let stopWatching = () => {};
  return {
    ready,
    bundleOf: (service) => join(outputFolder, service, 'index.js'),
    fresh,
    watch: (onBuilt, say) => {
      for (const build of builds.values()) build.use(onBuilt, say);
      const rebuildAll = async () => {
        await sleep(settleMs);
        for (const service of services) await fresh(service);
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

class ServiceBuild {
  readonly #service: ServiceName;
  readonly #context: Promise<BuildContext<{ metafile: true; write: false }>>;
  #inputs = new Set<string>();
  #changedFiles = new Set<string>();
  #failed = false;
  #running: Promise<void> | undefined;
  #onBuilt: OnBuilt = () => {};
  #say: (text: string) => void = () => {};

  constructor(service: ServiceName, outputFolder: string) {
    this.#service = service;
    const options = { ...bundleOptions([service]), outdir: outputFolder, metafile: true } as const;
    // We write the files: esbuild's own process would go on writing after ours has ended and cleaned up.
    this.#context = context({ ...options, write: false, logLevel: 'silent' });
  }

  async first(): Promise<void> {
    const errors = await this.#build();
    if (errors) throw new CliError('build_failed', errors, `Correct functions/${this.#service}, and start again.`);
  }

  use(onBuilt: OnBuilt, say: (text: string) => void): void {
    this.#onBuilt = onBuilt;
    this.#say = say;
  }

  /** A file that nobody used may be the one that a failed build misses. */
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
    if (errors) return this.#say(`${this.#service}: the last good code stays\n${errors}`);
    try {
      await this.#onBuilt(this.#service);
      this.#say(`${this.#service}: new code after ${Math.round(performance.now() - started)} ms (${files})`);
    } catch (error) {
      this.#say(`${this.#service}: the new code could not be taken into use: ${(error as Error).message}`);
    }
  }

  /** Returns the errors as text; a failed build leaves the last good bundle where it is. */
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
