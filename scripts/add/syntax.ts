import { parseSync } from 'vite';

/** A node of the syntax tree (ESTree, with TypeScript's nodes), with its place in the text. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** A node with the nodes around it, the innermost last. */
export interface Found {
  readonly node: Node;
  readonly around: readonly Node[];
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/**
 * Names from the outside in, each unique within the one before: a declaration, a property, a member, a case, or a text of
 * a list. A step that begins with `=` is the whole source of a node instead.
 */
export type Path = readonly string[];

/** @throws when the text is not TypeScript */
export function parse(file: string, text: string): Node {
  const { program, errors } = parseSync(file, text);
  const [error] = errors;
  if (error) throw new Error(`${file}: ${error.message}`);
  return program as unknown as Node;
}

/** Every node that the path names. The caller decides whether more or fewer than one is an error. */
export function findAll(root: Node, text: string, path: Path): Found[] {
  let found: Found[] = [{ node: root, around: [] }];
  for (const step of path) {
    const matches = (node: Node) =>
      step.startsWith('=') ? sourceOf(node, text) === squeeze(step.slice(1)) : nameOf(node) === step;
    const all = found.flatMap((one) => outermost(one, matches));
    const declared = all.filter(isTopLevel);
    found = declared.length > 0 ? declared : all;
    if (found.length !== 1) return found;
  }
  return found;
}

/** A file's declaration takes precedence over a property of the same name. */
const isTopLevel = ({ node, around }: Found): boolean =>
  /Declarat/.test(node.type) && around.every(({ type }) => /^(Program|Export|VariableDeclaration)/.test(type));

function outermost({ node, around }: Found, matches: (node: Node) => boolean): Found[] {
  return childrenOf(node).flatMap((child) => {
    const found = { node: child, around: [...around, node] };
    return matches(child) ? [found] : outermost(found, matches);
  });
}

export const childrenOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode);

/** Ignores white space, and commas that the formatter adds at the end of a line. */
export const squeeze = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/([([{]) | ?,? ([)\]}])/g, '$1$2')
    .trim();

const sourceOf = (node: Node, text: string): string | undefined =>
  node.type === 'Program' ? undefined : squeeze(text.slice(node.start, node.end));

function nameOf(node: Node): string | undefined {
  switch (node.type) {
    case 'VariableDeclarator':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
      return wordOf(node.id);
    case 'Property':
    case 'PropertyDefinition':
    case 'MethodDefinition':
    case 'TSPropertySignature':
    case 'TSMethodSignature':
      return wordOf(node.key);
    case 'SwitchCase':
      return wordOf(node.test);
    // A test is found by its title.
    case 'CallExpression':
      return titleOf(node);
    case 'TSLiteralType':
      return wordOf(node.literal);
    case 'Literal':
      return wordOf(node);
  }
}

function titleOf({ callee, arguments: given }: Node): string | undefined {
  return wordOf(callee) === 'test' && Array.isArray(given) ? wordOf(given[0]) : undefined;
}

/** An identifier's name, or a literal's text. */
function wordOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  const word = value.name ?? value.value;
  return typeof word === 'string' ? word : undefined;
}

/** Whether a word can name a variable. */
export const isIdentifier = (word: string): boolean =>
  parseSync('word.ts', `export const ${word} = 1;`).errors.length === 0;
