import { registerHooks } from 'node:module';
import type { Mutant } from './mutants/mutant.ts';

const root = new URL('../../../', import.meta.url).href;

/**
 * From now on the mutant's file is loaded with its bug in it.
 *
 * @throws when the line to change is not there exactly once: a mutant that changes nothing proves nothing
 */
export function mutate({ name, file, find, replace }: Mutant): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (url !== root + file) return loaded;
      const parts = String(loaded.source).split(find);
      if (parts.length !== 2) {
        throw new Error(`mutant '${name}': its line stands ${parts.length - 1} times in ${file}, must be once`);
      }
      return { ...loaded, source: parts.join(replace) };
    },
  });
}
