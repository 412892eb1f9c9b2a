import type { Json } from '../json.ts';

const token =
  /\s*(?:#[^\n]*\n\s*)*("(?:\\.|\$\{[^}]*\}|[^"\\])*"|[[\]{},=:()]|-?\d+(?:\.\d+)?(?![\w.])|[A-Za-z_][\w.-]*(?:\[[^\]]*\][\w.-]*)*|.)/gsy;

/** A reference to a resource, a data source, a variable or a local value. */
const reference = /^(?:data|var|local|each|[a-z]+_\w+)\.[^\s]+$/;
const words: Readonly<Record<string, Json>> = { true: true, false: false, null: null };

class Unreadable extends Error {}

/** Terraform's literals as JSON: objects, lists, texts, numbers and references. undefined for calls and operators. */
export function parseLiteral(source: string): Json | undefined {
  try {
    const reader = new Reader([...source.trim().matchAll(token)].map(([, text = '']) => text));
    const value = reader.readValue();
    return reader.isAtEnd ? value : undefined;
  } catch (error) {
    if (error instanceof Unreadable || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

class Reader {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.at === this.tokens.length;
  }

  readValue(): Json {
    const text = this.next();
    if (text === '{') return this.readObject();
    if (text === '[') return this.readList();
    if (text.startsWith('"')) return toText(text);
    if (text in words) return words[text] ?? null;
    if (/^-?\d/.test(text)) return Number(text);
    if (reference.test(text)) return `\${${text}}`;
    throw new Unreadable();
  }

  private readObject(): Json {
    const entries: [string, Json][] = [];
    while (!this.skip('}')) {
      const key = this.next();
      if (!this.skip('=') && !this.skip(':')) throw new Unreadable();
      entries.push([key.startsWith('"') ? toText(key) : key, this.readValue()]);
      this.skip(',');
    }
    return Object.fromEntries(entries);
  }

  private readList(): Json {
    const values: Json[] = [];
    while (!this.skip(']')) {
      values.push(this.readValue());
      if (!this.skip(',') && this.tokens[this.at] !== ']') throw new Unreadable();
    }
    return values;
  }

  private next(): string {
    const text = this.tokens[this.at++];
    if (text === undefined) throw new Unreadable();
    return text;
  }

  private skip(text: string): boolean {
    if (this.tokens[this.at] !== text) return false;
    this.at += 1;
    return true;
  }
}

/** A quoted text of Terraform escapes as JSON does. */
const toText = (quoted: string): string => JSON.parse(quoted) as string;
