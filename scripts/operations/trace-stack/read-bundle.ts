import { existsSync, readFileSync } from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import { nameBundle } from '../../../stacks/build/source-maps.ts';
import { CliError } from '../../cli/cli.ts';
import type { MappedBundle } from './map-stack.ts';

const rebuild =
  'Synthesizing writes it, and the same commit always gives the same name. Check out the commit that was deployed ' +
  'and run npm run synth (Azure, Google: npm run synth:terraform), or name the folder of that build with --maps.';

/** @throws {CliError} when the folder has no map of this bundle, or a bundle of another build under its name */
export function readBundle(folder: string, file: string): MappedBundle {
  const path = join(folder, file);
  if (!existsSync(path) || !existsSync(`${path}.map`))
    throw new CliError('source_map_missing', `${folder} has no source map of ${file}`, rebuild);
  const code = readFileSync(path);
  const named = nameBundle(file.slice(0, -'-0123456789ab.js'.length), code);
  if (named !== file)
    throw new CliError('source_map_mismatch', `${path} is the code of ${named}, so its map is not of ${file}`, rebuild);
  return { code: code.toString('latin1'), map: readMap(`${path}.map`) };
}

function readMap(path: string): SourceMapPayload {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CliError('source_map_unreadable', `${path} is not JSON: ${(error as Error).message}`, rebuild);
  }
}
