import { registerHooks } from 'node:module';
import type { Mutant } from './mutants/mutant.ts';

const root = new URL('../../../', import.meta.url).href;

/**
 * Injects the bug when the mutant's file is loaded.
 *
 * @throws when `find` does not occur exactly once: a mutant that changes nothing proves nothing
 */
export function mutate({ name, file, find, replace }: Mutant): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (url !== root + file) return loaded;
      const parts = String(loaded.source).split(find);
      if (parts.length !== 2) {
        throw new Error(`mutant '${name}': its line occurs ${parts.length - 1} times in ${file}, must be once`);
      }
      return { ...loaded, source: parts.join(replace) };
    },
  });
}
