import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Pages about a single part. */
const pages = {
  azure: ['docs/deploying/azure.md'],
  google: ['docs/deploying/google.md'],
  terraform: ['docs/terraform.md'],
  lab: ['docs/simulation.md', 'docs/drills.md'],
} as const;

/** Words of the README that have a meaning only with the part. */
const partWords: Readonly<Record<string, RegExp>> = {
  azure: /\bAzure\b|\bazure\b/,
  google: /\bGoogle\b|\bgoogle\b/,
  terraform: /Terraform|terraform|CDKTF/,
  cdk: /\bCDK\b|\bcdk\b/,
  storefront: /\b[Ss]torefront\b|the shop's address|reload the page/,
};

/** Pages where a sentence about a removed part is deleted; other pages may compare. */
const newcomersPages = /^(README|AGENTS|CONTRIBUTING)\.md$/;

/** Deletes statements from the documents that are no longer true without the parts. */
export function pruneDocuments(folder: string, dropped: readonly string[]): void {
  for (const part of dropped)
    for (const page of pages[part as keyof typeof pages] ?? []) rmSync(join(folder, page), { force: true });
  if (dropped.includes('azure') && dropped.includes('google')) rmSync(join(folder, 'docs/clouds.md'), { force: true });
  const words = dropped.flatMap((part) => partWords[part] ?? []);
  unlinkHistory(folder);
  const documents = globSync('{*.md,docs/**/*.md}', { cwd: folder }).filter((path) => path !== history);
  for (let pass = 0; pass < 3; pass += 1)
    for (const path of documents.filter((one) => existsSync(join(folder, one)))) {
      const text = readFileSync(join(folder, path), 'utf8');
      const isStale = toStaleness(folder, path, newcomersPages.test(path) ? words : []);
      const pruned = prune(newcomersPages.test(path) ? shortenLists(text, dropped) : text, isStale);
      if (pruned !== text) writeFileSync(join(folder, path), pruned);
    }
}

const history = 'CHANGELOG.md';

/** The changelog describes the past, so it keeps the words of a link whose page is deleted. */
function unlinkHistory(folder: string): void {
  const file = join(folder, history);
  const text = readFileSync(file, 'utf8').replace(/\[([^\]]*)\]\((?!https?:)([^)#]+)[^)]*\)/g, (link, words, path) =>
    existsSync(join(folder, path)) ? link : words,
  );
  writeFileSync(file, text);
}

/** Shortens "AWS, Azure and Google" to the remaining clouds. */
function shortenLists(text: string, dropped: readonly string[]): string {
  const names = { azure: 'Azure', google: 'Google', terraform: 'CDKTF', cdk: 'CDK' } as const;
  const gone = dropped.flatMap((part) => (part in names ? [names[part as keyof typeof names], part] : []));
  return gone.reduce(
    (all, name) =>
      all
        .replaceAll(` (or \`${name}\`)`, '')
        .replaceAll(`(or \`${name}\`, `, '(or ')
        .replaceAll(new RegExp(`(\\(or \`\\w+\`), \`${name}\``, 'g'), '$1')
        .replaceAll(new RegExp(`, (\\w+) and ${name}\\b`, 'g'), ' and $1')
        .replaceAll(new RegExp(`(\\w+), ${name} and\\b`, 'g'), '$1 and')
        .replaceAll(new RegExp(`(AWS|Lambda|CDK|TypeScript)(,| and) ${name}(?= and|[,.]|$)`, 'gm'), '$1'),
    text,
  );
}

/** The page whose table has a row for each npm script. */
const guide = 'docs/commands.md';
const commandRow = /^\| `([\w:-]+)[^`]*` \| .* \| .* \|$/;

type IsStale = (text: string) => boolean;

function toStaleness(folder: string, document: string, words: readonly RegExp[]): IsStale {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const isMissing = (path: string) => !existsSync(join(folder, path));
  const toAnchors = (path: string) =>
    readFileSync(join(folder, path), 'utf8')
      .match(/^#+ .+$/gm)
      ?.map(toAnchor) ?? [];
  return (text) => {
    const commands = [...text.matchAll(/npm (?:run|--silent run) ([\w:-]+)/g)].map(([, name = '']) => name);
    const named = [...text.matchAll(/`((?:functions|stacks|scripts|storefront|test|docs)\/[\w./-]*)`/g)];
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]+))?\)/g)].some(([, path = '', anchor]) => {
      const target = path === '' ? document : normalize(join(dirname(document), path));
      return isMissing(target) || (anchor !== undefined && !toAnchors(target).includes(anchor));
    });
    return (
      links ||
      commands.some((name) => !(name in scripts)) ||
      named.some(([, path = '']) => isMissing(path)) ||
      words.some((word) => word.test(text)) ||
      (document === guide && commandRow.test(text) && !((commandRow.exec(text)?.[1] ?? '') in scripts))
    );
  };
}

const toAnchor = (heading: string): string =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-');

/** A table's row, a list's item, a paragraph or anything else, with its lines. */
const isTable = (block: string) => block.startsWith('|');
const isCode = (block: string) => block.startsWith('    ') || block.startsWith('```');
const opensItem = /^(\s*)([-*]|\d+\.) /;

/** Drops table rows that are stale, and stale sentences of items and paragraphs; then headings without a text. */
function prune(text: string, isStale: IsStale): string {
  const blocks = toBlocks(text.split('\n'));
  const kept = blocks.flatMap((block) => pruneBlock(block, isStale));
  return dropEmptySections(kept.join('\n').replace(/\n{3,}/g, '\n\n'));
}

/** Consecutive lines that belong together; an empty line is a block. */
function toBlocks(lines: readonly string[]): string[] {
  const blocks: string[][] = [];
  let fenced = false;
  for (const line of lines) {
    const last = blocks.at(-1);
    const opens =
      line === '' || last?.[0] === '' || last?.[0]?.startsWith('#') || /^(#|\|)/.test(line) || opensItem.test(line);
    if (fenced || (last && !opens)) last?.push(line);
    else blocks.push([line]);
    if (line.trim().startsWith('```')) fenced = !fenced;
  }
  return blocks.map((block) => block.join('\n'));
}

function pruneBlock(block: string, isStale: IsStale): string[] {
  if (block.startsWith('#') || !isStale(block.replaceAll(/\s+/g, ' '))) return [block];
  if (isTable(block) || isCode(block)) return [];
  const opening = opensItem.exec(block)?.[0] ?? '';
  const indent = ' '.repeat(opening.length || (/^ */.exec(block)?.[0].length ?? 0));
  const sentences = block
    .slice(opening.length)
    .trim()
    .replaceAll(/\s+/g, ' ')
    .split(/(?<=[.:]) (?=[A-Z`*[0-9])/);
  const left = sentences.filter((sentence) => !isStale(sentence));
  if (left.length === 0 || left.length === sentences.length) return [];
  return [wrap(left.join(' '), opening || indent, indent)];
}

function wrap(text: string, first: string, rest: string): string {
  const lines = [first];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    const isEmpty = line === first || line === rest;
    if (!isEmpty && line.length + 1 + word.length > 120) lines.push(rest + word);
    else lines[lines.length - 1] = isEmpty ? line + word : `${line} ${word}`;
  }
  return lines.join('\n');
}

/** Drops headings that are followed only by a heading of the same level or above. */
function dropEmptySections(text: string): string {
  const lines = text.split('\n');
  return lines
    .filter((line, index) => {
      const level = /^(#+) /.exec(line)?.[1]?.length;
      if (level === undefined || level === 1) return true;
      const next = lines.slice(index + 1).find((one) => one !== '');
      const nextLevel = next === undefined ? 0 : /^(#+) /.exec(next)?.[1]?.length;
      return nextLevel === undefined || nextLevel > level;
    })
    .join('\n');
}
