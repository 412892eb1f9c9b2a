import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import type { Mutant } from '../mutants/mutant.ts';

export const root = join(import.meta.dirname, '../../../..');
const rootUrl = new URL('../../../../', import.meta.url).href;

/** @throws when `find` does not occur exactly once: a mutant that changes nothing proves nothing */
export function mutated({ name, file, find, replace }: Mutant, source: string): string {
  const places = [...source.matchAll(toPattern(find))];
  const [place] = places;
  if (place && places.length === 1)
    return source.slice(0, place.index) + replace + source.slice(place.index + place[0].length);
  throw new Error(`mutant '${name}': its line occurs ${places.length} times in ${file}, must be once`);
}

/** Matches the code regardless of line breaks: after a rename, the formatter breaks lines elsewhere. */
function toPattern(code: string): RegExp {
  const pieces = code.split(/(\s+|[()[\]{}.])/).map((piece) => {
    if (/^\s+$/.test(piece)) return '\\s+';
    const exact = piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    if (/^[([{]$/.test(piece)) return `${exact}\\s*`;
    if (/^[)\]}]$/.test(piece)) return `,?\\s*${exact}`;
    return piece === '.' ? `\\s*${exact}` : exact;
  });
  const pattern = pieces.join('').replaceAll('\\s*\\s+', '\\s*').replaceAll('\\s+,?\\s*', ',?\\s*');
  // Matches only indentation, without the line break: the replacement would end up in a comment on the line above.
  return new RegExp(pattern.replace(/^\\s\+/, '[^\\S\\n]+'), 'g');
}

/** @throws when the mutant does not apply to its file's current source */
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
