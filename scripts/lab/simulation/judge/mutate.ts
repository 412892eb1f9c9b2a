import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import type { Mutant } from '../mutants/mutant.ts';

export const root = join(import.meta.dirname, '../../../..');
const rootUrl = new URL('../../../../', import.meta.url).href;

/** @throws when `find` does not occur exactly once: a mutant that changes nothing proves nothing */
export function mutated({ name, file, find, replace }: Mutant, source: string): string {
  const parts = source.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(`mutant '${name}': its line occurs ${parts.length - 1} times in ${file}, must be once`);
}

/** @throws when the mutant does not apply to its file as it is now */
export function assertApplies(mutant: Mutant): void {
  mutated(mutant, readFileSync(join(root, mutant.file), 'utf8'));
}

/** Injects the bug when the mutant's file is loaded. */
export function mutate(mutant: Mutant): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      return url === rootUrl + mutant.file ? { ...loaded, source: mutated(mutant, String(loaded.source)) } : loaded;
    },
  });
}
