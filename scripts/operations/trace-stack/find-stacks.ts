import { frame } from './frame.ts';

const hasFrame = (text: string): boolean => text.search(frame) !== -1;

/**
 * Finds the stacks in a log: in JSON, all texts that name a bundle, however deeply nested; in other lines, each stack
 * with the line before it. The log may be one JSON document, as exported by the clouds' consoles and command lines.
 */
export function findStacks(log: string): string[] {
  const exported = parseJson(log);
  if (exported !== undefined) return findTexts(exported);
  const lines = log.split(/\r?\n/);
  const stacks: string[] = [];
  let open: string[] = [];
  const close = () => {
    stacks.push(...findTexts(open.join('\n')));
    open = [];
  };
  for (const [index, line] of lines.entries()) {
    const embedded = parseEmbedded(line);
    const isFrame = embedded === undefined && (/^\s*at /.test(line) || hasFrame(line));
    if (!isFrame) close();
    if (embedded !== undefined) stacks.push(...findTexts(embedded));
    // The line before the first frame is the error's message.
    else if (isFrame)
      open.push(...(open.length === 0 && isMessage(lines[index - 1]) ? [lines[index - 1] ?? ''] : []), line);
  }
  close();
  return stacks;
}

const isMessage = (line = '') => line.trim() !== '' && parseEmbedded(line) === undefined;

function findTexts(value: unknown): string[] {
  if (typeof value === 'string') return findInText(value);
  if (typeof value !== 'object' || value === null) return [];
  // Lambda's runtime logs a stack as a list of its lines.
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return findTexts(value.join('\n'));
  return Object.values(value).flatMap(findTexts);
}

/** A log service stores each line as text inside its own document. */
function findInText(text: string): string[] {
  const embedded = parseEmbedded(text);
  if (embedded !== undefined) return findTexts(embedded);
  const readable = withoutEscapes(text);
  return hasFrame(readable) ? [readable.replaceAll('\r\n', '\n')] : [];
}

/** Truncated JSON cannot be parsed, but the rest of a stack is still readable. */
function withoutEscapes(text: string): string {
  if (!/\\n\s*at /.test(text)) return text;
  // Marks the last number as truncated, because its remaining digits are unknown.
  return text
    .replace(/\d$/, '$&…')
    .replaceAll(/(?:\\+r)?\\+n/g, '\n')
    .replaceAll(/\\+"/g, '"');
}

/** Parses an object after the line's prefix, such as a time. */
function parseEmbedded(line: string): unknown {
  const start = line.indexOf('{');
  return start === -1 ? undefined : parseJson(line.slice(start));
}

/** Undefined for anything but an object or a list. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
