import { CliError } from '../cli/cli.ts';
import { type Found, findAll, type Path, parse } from './syntax.ts';

/** Separators between the members of a list, by the node that holds them. */
const separators: Readonly<Record<string, string>> = {
  ArrayExpression: ', ',
  CallExpression: ', ',
  ImportDeclaration: ', ',
  ObjectExpression: ', ',
  ObjectPattern: ', ',
  TSUnionType: ' | ',
  BlockStatement: '\n',
  ClassBody: '\n\n',
  Program: '\n\n',
  SwitchStatement: '\n',
  TSInterfaceBody: '\n',
  TSTypeLiteral: '\n',
};

/** Reads a file of the project; undefined if there is none. */
export type ReadFile = (path: string) => string | undefined;

/** The project with the changes, in memory: nothing is written before every change has found its place. */
export class Draft {
  readonly #read: ReadFile;
  readonly #isLeftOut: (path: string) => boolean;
  readonly #changed = new Map<string, string>();

  /** @param isLeftOut whether a file belongs to a part that the project lacks: it gets no changes */
  constructor(read: ReadFile, isLeftOut: (path: string) => boolean = () => false) {
    this.#read = read;
    this.#isLeftOut = isLeftOut;
  }

  /** The files that differ from the project, by path. */
  get files(): ReadonlyMap<string, string> {
    return new Map([...this.#changed].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** Whether a file is there already, or added. */
  has(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  /** Adds a file. */
  create(path: string, text: string): void {
    if (this.#isLeftOut(path)) return;
    if (this.#find(path) !== undefined)
      throw new CliError('name_taken', `${path} exists already`, 'Choose another name.');
    this.#changed.set(path, text);
  }

  /** Adds a member to a list, after the one that the path names. */
  after(file: string, path: Path, text: string): void {
    if (this.#isLeftOut(file)) return;
    const { node, separator } = this.#locate(file, path);
    this.#insert(file, node.end, `${separator}${text}`);
  }

  /** Adds a member to a list, before the one that the path names. */
  before(file: string, path: Path, text: string): void {
    if (this.#isLeftOut(file)) return;
    const { node, separator } = this.#locate(file, path);
    this.#insert(file, node.start, `${text}${separator}`);
  }

  /** Adds a statement on the line after another one. */
  below(file: string, path: Path, text: string): void {
    if (this.#isLeftOut(file)) return;
    this.#insert(file, this.#locate(file, path).node.end, `\n${text}`);
  }

  /** Replaces a text that the source of a node holds exactly once. */
  swap(file: string, path: Path, from: string, to: string): void {
    if (this.#isLeftOut(file)) return;
    const text = this.read(file);
    const { node } = this.#only(file, path);
    const own = text.slice(node.start, node.end);
    if (own.split(from).length !== 2) throw moved(file, `'${from}' in ${path.join(' > ')}`);
    this.#changed.set(file, text.slice(0, node.start) + own.replace(from, () => to) + text.slice(node.end));
  }

  /** Replaces a text wherever it is. */
  everywhere(file: string, from: string, to: string): void {
    if (this.#isLeftOut(file)) return;
    const text = this.read(file);
    if (!text.includes(from)) throw moved(file, `'${from}' at least`);
    this.#changed.set(
      file,
      text.replaceAll(from, () => to),
    );
  }

  /** Replaces what a pattern finds, exactly once. */
  rewrite(file: string, pattern: RegExp, to: (...groups: string[]) => string): void {
    if (this.#isLeftOut(file)) return;
    const text = this.read(file);
    const found = [...text.matchAll(new RegExp(pattern, 'gm'))];
    const [match] = found;
    if (!match || found.length > 1) throw moved(file, String(pattern));
    const { index } = match;
    this.#changed.set(file, text.slice(0, index) + to(...match) + text.slice(index + match[0].length));
  }

  /** Adds lines to a sorted list that is a text of several lines, such as an inline snapshot. */
  sortIn(file: string, path: Path, lines: readonly string[]): void {
    if (this.#isLeftOut(file)) return;
    const { node } = this.#only(file, path);
    const text = this.read(file);
    const [first = '', ...rows] = text.slice(node.start, node.end).split('\n');
    const last = rows.pop() ?? '';
    const isItem = (row: string) => /^\s+"/.test(row);
    const at = rows.findIndex(isItem);
    const indent = /^\s*/.exec(rows[at] ?? '')?.[0] ?? '';
    const items = [...rows.filter(isItem), ...lines.map((line) => `${indent}"${line}",`)].sort();
    const others = [rows.slice(0, at), rows.slice(at).filter((row) => !isItem(row))];
    const sorted = [first, ...(others[0] ?? []), ...items, ...(others[1] ?? []), last].join('\n');
    this.#changed.set(file, text.slice(0, node.start) + sorted + text.slice(node.end));
  }

  /** Imports names that are not imported yet; a name may have `type` before it. */
  import(file: string, names: readonly string[], from: string): void {
    if (this.#isLeftOut(file)) return;
    const text = this.read(file);
    const places = new RegExp(`^import (type )?\\{([^}]*)\\} from '${from.replaceAll('.', '\\.')}';$`, 'm').exec(text);
    const [old, isType = '', had = ''] = places ?? [];
    const present = had.split(',').map(toName);
    const missing = names.filter((name) => !present.includes(toName(name)));
    if (missing.length === 0) return;
    const whole = missing.every((name) => name.startsWith('type '));
    const list = missing.map((name) => (whole ? toName(name) : name)).join(', ');
    const line = `import ${whole ? 'type ' : ''}{ ${list} } from '${from}';`;
    if (old === undefined) return void this.#changed.set(file, `${line}\n${text}`);
    const all = isType && !whole ? had.replaceAll(/(\w+)/g, 'type $1') : had;
    const added = whole && !isType ? missing.join(', ') : list;
    const kind = isType && whole ? 'type ' : '';
    const merged = `import ${kind}{ ${all.trim().replace(/,$/, '')}, ${added} } from '${from}';`;
    this.#changed.set(
      file,
      text.replace(old, () => merged),
    );
  }

  /** Adds lines to a document, before or after a line that it has exactly once. */
  line(file: string, at: { readonly before: string } | { readonly after: string }, text: string): void {
    if (this.#isLeftOut(file)) return;
    const lines = this.read(file).split('\n');
    const wanted = 'before' in at ? at.before : at.after;
    const index = lines.indexOf(wanted);
    if (index < 0 || lines.lastIndexOf(wanted) !== index) throw moved(file, `the line '${wanted}'`);
    lines.splice('before' in at ? index : index + 1, 0, text);
    this.#changed.set(file, lines.join('\n'));
  }

  #locate(file: string, path: Path) {
    const { node, around } = this.#only(file, path);
    const all = [...around, node];
    for (let depth = all.length - 1; depth > 0; depth--) {
      const [member, list] = [all[depth], all[depth - 1]];
      const isLone = member?.type === 'TSLiteralType' && list?.type !== 'TSUnionType';
      const separator = isLone ? ' | ' : separators[list?.type ?? ''];
      if (member && separator !== undefined) return { node: member, separator };
    }
    throw moved(file, path.join(' > '));
  }

  #only(file: string, path: Path): Found {
    const text = this.read(file);
    const found = findAll(parse(file, text), text, path);
    const [only] = found;
    if (!only || found.length > 1) throw moved(file, path.join(' > '));
    return only;
  }

  #insert(file: string, at: number, added: string): void {
    const text = this.read(file);
    this.#changed.set(file, text.slice(0, at) + added + text.slice(at));
  }

  #find = (path: string): string | undefined => this.#changed.get(path) ?? this.#read(path);

  /** The source of the one node that a path names; undefined if there is none, or several. */
  find(file: string, path: Path): string | undefined {
    const text = this.#find(file);
    if (text === undefined) return undefined;
    const [found, ...more] = findAll(parse(file, text), text, path);
    return found && more.length === 0 ? text.slice(found.node.start, found.node.end) : undefined;
  }

  /** The file with the changes so far. */
  read(file: string): string {
    const text = this.#find(file);
    if (text === undefined) throw new CliError('place_missing', `${file} is missing`, nothingWritten);
    return text;
  }
}

/** An imported name without `type`. */
const toName = (name: string): string => name.trim().replace(/^type /, '');

const moved = (file: string, what: string): CliError =>
  new CliError('place_missing', `${file} does not have exactly one ${what}`, nothingWritten);

const nothingWritten = 'Nothing was written. The code has changed there: follow docs/adding.md by hand.';
