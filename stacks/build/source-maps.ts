import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder } from './folders.ts';

/** Source maps are kept outside the packages: no runtime reads one, and it would be a third of the package. */
export const sourceMapFolder = join(buildFolder, 'source-maps');

/** Each bundle keeps its newest maps; building an older commit restores its map. */
const keptPerBundle = 20;

/**
 * A bundle's file name. It holds a hash of the code, so each frame of a logged stack names the source map it needs:
 * `settlement-aws-0123456789ab.js`.
 */
export function nameBundle(name: string, code: Uint8Array): string {
  return `${name}-${createHash('sha256').update(code).digest('hex').slice(0, 12)}.js`;
}

/**
 * Keeps the code beside its map, because short function names are looked up in it. The newest map wins: a change of
 * comments moves the lines of the source without changing the code.
 */
export function keepSourceMap(file: string, code: Uint8Array, map: Uint8Array, folder = sourceMapFolder): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, file);
  const now = new Date();
  if (existsSync(path) && existsSync(`${path}.map`) && readFileSync(`${path}.map`).equals(map)) {
    utimesSync(`${path}.map`, now, now);
    return;
  }
  writeFileSync(path, code);
  writeFileSync(`${path}.map`, map);
  forgetOldMaps(folder, file.slice(0, -'0123456789ab.js'.length));
}

function forgetOldMaps(folder: string, prefix: string): void {
  const maps = readdirSync(folder).filter((name) => name.startsWith(prefix) && name.endsWith('.map'));
  const byAge = maps.map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }));
  for (const { name } of byAge.sort((a, b) => b.at - a.at).slice(keptPerBundle)) {
    rmSync(join(folder, name), { force: true });
    rmSync(join(folder, name.slice(0, -'.map'.length)), { force: true });
  }
}
