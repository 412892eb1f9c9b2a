import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';

/** A bundle as it was deployed, and the map of its build. */
export interface MappedBundle {
  readonly code: string;
  readonly map: SourceMapPayload;
}

/** @throws when there is none */
export type ReadBundle = (file: string) => MappedBundle;

/** Code positions in a stack's text, with the function's name where V8 gives one. */
const frame =
  /(?:(?<![\w$.])((?:[\w$]+\.)*[\w$]+)(?: \[as [^\]]+\])? \()?[^\s()"']*?([a-z]+-(?:aws|azure|google)-[0-9a-f]{12}\.js):(\d+):(\d+)/g;

/** The stacks in a line of a log: of a JSON line the texts that name a bundle, of any other line itself. */
export function findStacks(line: string): string[] {
  const texts = findTexts(parseFrom(line, line.indexOf('{'))) ?? [line];
  return texts.filter((text) => text.search(frame) !== -1);
}

function parseFrom(line: string, start: number): unknown {
  try {
    return start === -1 ? undefined : JSON.parse(line.slice(start));
  } catch {
    return undefined;
  }
}

function findTexts(value: unknown): string[] | undefined {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return undefined;
  // Lambda's runtime logs a stack as a list of its lines.
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return [value.join('\n')];
  return Object.values(value).flatMap((one) => findTexts(one) ?? []);
}

/** Replaces each position in a bundle by the one in its source, and the short names of functions by their own. */
export function mapStack(stack: string, read: ReadBundle): string {
  const bundles = new Map<string, Bundle>();
  return stack.replaceAll(frame, (_, name: string | undefined, file: string, line: string, column: string) => {
    const bundle = bundles.get(file) ?? new Bundle(read(file));
    bundles.set(file, bundle);
    const position = { line: Number(line) - 1, column: Number(column) - 1 };
    const source = bundle.findSource(position) ?? `${file}:${line}:${column}`;
    return name === undefined ? source : `${bundle.toOriginalName(name, position)} (${source}`;
  });
}

/** From 0, as in source maps. */
interface Position {
  readonly line: number;
  readonly column: number;
}

class Bundle {
  readonly #map: SourceMap;
  readonly #lines: readonly string[];

  constructor({ code, map }: MappedBundle) {
    this.#map = new SourceMap(map);
    this.#lines = code.split('\n');
  }

  findSource({ line, column }: Position): string | undefined {
    const entry = this.#map.findEntry(line, column);
    if (!('originalSource' in entry)) return undefined;
    // Relative to the build's folder, which is below the project's.
    const file = entry.originalSource.replace(/^(\.\.\/)+/, '');
    return `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  }

  /** Each part of `class.method` that was minified. */
  toOriginalName(name: string, position: Position): string {
    return name
      .split('.')
      .map((part) => this.#findName(part, position) ?? part)
      .join('.');
  }

  /** The map gives an identifier's name where it occurs: the nearest one before the position is the function's own. */
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
