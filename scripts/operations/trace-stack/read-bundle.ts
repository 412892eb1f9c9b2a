import { existsSync, readFileSync } from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import { CliError } from '../../cli/cli.ts';
import type { ReadBundle } from './map-stack.ts';

const rebuild =
  'Synthesizing writes it, and the same commit always gives the same name. Check out the commit that was deployed ' +
  'and run npm run synth (Azure, Google: npm run synth:terraform), or name the folder of that build with --maps.';

/** Computes the file name that the build gives to code. */
export type NameBundle = (name: string, code: Uint8Array) => string;

/**
 * Reads bundles from the build's folder.
 *
 * The reader throws {@link CliError} when the folder has no map of a bundle, or another build's bundle under its name.
 */
export function bundleReader(folder: string, nameBundle: NameBundle): ReadBundle {
  return (file) => {
    const path = join(folder, file);
    if (!existsSync(path) || !existsSync(`${path}.map`))
      throw new CliError('source_map_missing', `${folder} has no source map of ${file}`, rebuild);
    const code = readFileSync(path);
    const own = nameBundle(file.slice(0, -'-0123456789ab.js'.length), code);
    if (own !== file)
      throw new CliError('source_map_mismatch', `${path} is the code of ${own}, so its map is not of ${file}`, rebuild);
    return { code: code.toString('latin1'), map: readMap(`${path}.map`) };
  };
}

function readMap(path: string): SourceMapPayload {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CliError('source_map_unreadable', `${path} is not JSON: ${(error as Error).message}`, rebuild);
  }
}
