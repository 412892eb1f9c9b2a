import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';
import { CliError } from '../../cli/cli.ts';
import { type Frame, frame } from './frame.ts';

/** A bundle as deployed, and its source map. */
export interface MappedBundle {
  readonly code: string;
  readonly map: SourceMapPayload;
}

/** @throws if the file has no bundle */
export type ReadBundle = (file: string) => MappedBundle;

/** Replaces each position in a bundle by its source position, and minified function names by the original ones. */
export function mapStack(stack: string, read: ReadBundle): string {
  const bundles = new Map<string, Bundle>();
  return stack.replaceAll(frame, (text, ...more) => {
    const { name, file, line, column } = more.at(-1) as Frame;
    const bundle = bundles.get(file) ?? new Bundle(file, read(file));
    bundles.set(file, bundle);
    const position = { line: Number(line) - 1, column: Number(column) - 1 };
    const source = bundle.findSource(position) ?? `${file}:${line}:${column}`;
    if (name !== undefined) return `${bundle.toOriginalName(name, position)} (${source}`;
    return text.startsWith('(') ? `(${source}` : source;
  });
}

/** Zero-based, as in source maps. */
interface Position {
  readonly line: number;
  readonly column: number;
}

class Bundle {
  readonly #file: string;
  readonly #map: SourceMap;
  readonly #lines: readonly string[];

  constructor(file: string, { code, map }: MappedBundle) {
    this.#file = file;
    this.#map = new SourceMap(map);
    this.#lines = code.split('\n');
  }

  /** @throws {CliError} for a position outside of the code, for which the map would return its last entry */
  findSource({ line, column }: Position): string | undefined {
    if (column < 0 || column > (this.#lines[line] ?? '').length)
      throw new CliError(
        'position_missing',
        `${this.#file} has no position ${line + 1}:${column + 1}`,
        'The line was changed or cut after the function wrote it. Take it from the log itself.',
      );
    const entry = this.#map.findEntry(line, column);
    if (!('originalSource' in entry)) return undefined;
    // Relative to the build's folder, which is below the project's folder.
    const file = entry.originalSource.replace(/^(\.\.\/)+/, '');
    return `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  }

  /** Restores each minified part of `class.method`. */
  toOriginalName(name: string, position: Position): string {
    return name
      .split('.')
      .map((part) => this.#findName(part, position) ?? part)
      .join('.');
  }

  /**
   * The map has an identifier's name at each occurrence. The nearest one before the position belongs to the function.
   */
  #findName(short: string, position: Position): string | undefined {
    const word = new RegExp(`(?<![\\w$.])${short.replaceAll('$', '\\$')}(?![\\w$])`, 'g');
    for (let line = position.line; line >= 0; line--) {
      const text = this.#lines[line] ?? '';
      const before = line === position.line ? text.slice(0, position.column) : text;
      for (const { index } of [...before.matchAll(word)].reverse()) {
        const entry = this.#map.findEntry(line, index);
        if (!('generatedLine' in entry)) continue;
        const { generatedLine, generatedColumn, name } = entry as SourceMapping & { readonly name?: string };
        if (generatedLine === line && generatedColumn === index && name) return name;
      }
    }
    return undefined;
  }
}
