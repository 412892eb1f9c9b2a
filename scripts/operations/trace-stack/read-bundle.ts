import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../../cli/cli.ts';
import type { MappedBundle } from './map-stack.ts';

/** @throws {CliError} when the folder has no map of this bundle */
export function readBundle(folder: string, file: string): MappedBundle {
  const path = join(folder, file);
  if (!existsSync(path) || !existsSync(`${path}.map`))
    throw new CliError(
      'source_map_missing',
      `${folder} has no source map of ${file}`,
      'Synthesizing writes it, and the same commit always gives the same name. Check out the commit that was deployed ' +
        'and run npm run synth (Azure, Google: npm run synth:terraform), or name the folder of that build with --maps.',
    );
  return { code: readFileSync(path, 'latin1'), map: JSON.parse(readFileSync(`${path}.map`, 'utf8')) };
}
